package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.TestSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's one command, from a copy of the sources: what JVM does it start? Spring Boot's own
 * defaults would switch the optimising compiler off, which makes AES-GCM fifty times slower.
 */
class SpringBootRunIT {
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".idea", "docs");

  @TempDir private Path copy;

  @Test
  void startsAFullyOptimisingJvmInDevelopmentModeAndPrintsWhereToJoin()
      throws IOException, InterruptedException {
    Optional<Path> maven = maven();
    TestSettings.require(maven.isPresent(), "mvn is not on the PATH.");
    copySources(TestSettings.checkout(), copy);
    int httpPort = FreePorts.any();
    Path log = TestSettings.artifact("spring-boot-run.log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command(maven.orElseThrow(), httpPort))
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Await.until(
          "the server says where to join",
          Duration.ofMinutes(4),
          () -> {
            if (!process.isAlive()) {
              throw new IllegalStateException("Maven ended:\n" + Files.readString(log));
            }
            return Files.readString(log).contains("http://localhost:" + httpPort);
          },
          () -> Files.readString(log));
      List<String> jvm = commandLineOfTheServer(process);
      new Figures("SpringBootRunIT")
          .add("secondsToStart", (System.nanoTime() - start) / 1_000_000_000L)
          .add("jvmArguments", jvm.stream().filter(each -> each.startsWith("-")).toList())
          .publish();
      assertThat(jvm)
          .as("the arguments of the started JVM")
          .noneMatch(each -> each.contains("TieredStopAtLevel"))
          .noneMatch(each -> each.equals("-Xint") || each.equals("-client"))
          .contains("--enable-native-access=ALL-UNNAMED")
          .contains("-Dsluice.mode=development");
      assertThat(Files.readString(log)).contains("NOT FOR PRODUCTION");
    } finally {
      List<ProcessHandle> children = process.descendants().toList();
      children.forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static List<String> command(Path maven, int httpPort) {
    List<String> command = new ArrayList<>();
    command.add(maven.toString());
    command.add("--batch-mode");
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.add("spring-boot:run");
    command.add(
        "-Dspring-boot.run.arguments=--server.port="
            + httpPort
            + " --sluice.media.port="
            + FreePorts.any());
    return command;
  }

  private static Optional<Path> maven() {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, "mvn"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static List<String> commandLineOfTheServer(Process maven) throws IOException {
    for (ProcessHandle child : maven.descendants().toList()) {
      Path file = Path.of("/proc", String.valueOf(child.pid()), "cmdline");
      List<String> arguments = List.of(Files.readString(file).split("\0", -1));
      if (arguments.contains("dev.sluice.app.SluiceApplication")) {
        return arguments;
      }
    }
    throw new AssertionError("No child of Maven runs the application.");
  }

  private static void copySources(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.equals(from)
                && NOT_SOURCES.contains(String.valueOf(folder.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
