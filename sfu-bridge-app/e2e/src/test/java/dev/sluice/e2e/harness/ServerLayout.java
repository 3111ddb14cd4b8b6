package dev.sluice.e2e.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packaged server as operators start it: laid out by its own script, with an AOT cache, from
 * which it is ready in less than half the time that its jar takes. Made once for a jar and kept in
 * {@code target/e2e-layout}; half a minute's work. Thread-safe.
 */
final class ServerLayout {
  private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

  private ServerLayout() {}

  /** The folder from which {@link #command} works, made if it is not there or of another jar. */
  static synchronized Path folder() {
    Path jar = TestSettings.serverJar();
    Path folder = Path.of("target", "e2e-layout").toAbsolutePath();
    // Not its time: a build that can be repeated gives each jar the same.
    Path digest = folder.resolve("jar.sha256");
    try {
      String wanted = sha256(jar);
      if (!Files.exists(digest) || !Files.readString(digest).equals(wanted)) {
        delete(folder);
        Path scripts = TestSettings.checkout().resolve("sfu-bridge-app/bin");
        run(scripts.resolve("layout").toString(), jar.toString(), folder.toString());
        run(folder.resolve("train").toString());
        Files.writeString(digest, wanted);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What starts the server, without its settings. */
  static List<String> command() {
    return new ArrayList<>(
        List.of(
            JAVA_BIN.resolve("java").toString(),
            "@jvm.args",
            "-Xmx512m",
            "-XX:AOTCache=sluice.aot",
            "-jar",
            "sluice.jar"));
  }

  private static String sha256(Path jar) throws IOException {
    try (InputStream in = Files.newInputStream(jar)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void run(String... command) throws IOException {
    Path log = TestSettings.artifact("layout.log");
    ProcessBuilder script =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    script.environment().merge("PATH", JAVA_BIN.toString(), (path, java) -> java + ":" + path);
    try {
      int status = script.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            command[0] + " ended with status " + status + ":\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
