import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Formats ({@code apply}) or checks ({@code check}) every Java file below a folder. Run by the parent pom. */
final class FormatSources {
  public static void main(String[] args) throws Exception {
    boolean apply = args[0].equals("apply");
    Path root = Path.of(args[1]);
    if (args[0].equals("skip") || !Files.isDirectory(root)) {
      return;
    }
    List<Path> sources;
    try (var paths = Files.walk(root)) {
      sources = paths.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
    List<Path> wrong = sources.parallelStream().filter(path -> !formatted(path, apply)).toList();
    if (!wrong.isEmpty() && !apply) {
      wrong.forEach(path -> System.err.println("not formatted: " + path));
      System.err.println("Run: mvn test-compile -Dformat.mode=apply");
      System.exit(1);
    }
  }

  private static boolean formatted(Path path, boolean apply) {
    try {
      String source = Files.readString(path);
      String wanted = new Formatter().formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(source));
      if (wanted.equals(source)) {
        return true;
      }
      if (apply) {
        Files.writeString(path, wanted);
      }
      return false;
    } catch (IOException | com.google.googlejavaformat.java.FormatterException failure) {
      throw new IllegalStateException(path + ": " + failure.getMessage(), failure);
    }
  }
}
