package dev.sluice.e2e.packaging;

import dev.sluice.e2e.harness.TestSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * The image, built by the {@code Dockerfile} of the checkout from the files that git knows: what a
 * clean checkout would give. The command line builds it, because the Dockerfile's cache of Maven
 * downloads needs BuildKit or Buildah, which the engine's HTTP API does not offer to all.
 */
public final class ContainerImage {
  /** Its name in the engine. */
  public static final DockerImageName NAME =
      DockerImageName.parse("docker.io/library/sluice-e2e:latest");

  private static final long BUILD_MINUTES = 15;

  private ContainerImage() {}

  /** Skips the test, or fails it where everything is required, when nothing can build or run it. */
  public static void requireEngine() {
    TestSettings.require(
        DockerClientFactory.instance().isDockerAvailable(),
        "No container engine answers; set DOCKER_HOST.");
    TestSettings.require(
        tool().isPresent(), "Neither docker nor podman is on the PATH to build the image.");
  }

  /**
   * Builds it.
   *
   * @param context an empty folder, which gets a copy of the files
   */
  public static void build(Path context) {
    Path checkout = TestSettings.checkout();
    try {
      for (String file : run(checkout, List.of("git", "ls-files", "-z")).split("\0", -1)) {
        Path source = checkout.resolve(file);
        if (!file.isEmpty() && Files.isRegularFile(source)) {
          Path target = context.resolve(file);
          Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
          Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(context, command(tool().orElseThrow()));
  }

  private static List<String> command(Path tool) {
    List<String> command = new ArrayList<>(List.of(tool.toString(), "build"));
    if (tool.endsWith("podman")) {
      // What Maven has here already need not be downloaded; what the build adds is thrown away.
      Path repository =
          Path.of(
              System.getProperty(
                  "localRepository", System.getProperty("user.home") + "/.m2/repository"));
      if (Files.isDirectory(repository)) {
        command.addAll(List.of("--volume", repository + ":/root/.m2/repository:O"));
      }
      command.addAll(List.of("--network", "host"));
    }
    command.addAll(List.of("--tag", NAME.asCanonicalNameString(), "."));
    return command;
  }

  private static Optional<Path> tool() {
    String path = System.getenv("PATH");
    List<String> folders = List.of((path == null ? "" : path).split(File.pathSeparator, -1));
    String engine = System.getenv("DOCKER_HOST");
    // Docker's command line also talks to Podman, but cannot lend it the local Maven repository.
    boolean podman = engine != null && engine.contains("podman");
    return (podman ? Stream.of("podman", "docker") : Stream.of("docker", "podman"))
        .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String run(Path folder, List<String> command) {
    Path errors = TestSettings.artifact("image-" + folder.getFileName() + ".log");
    try {
      Path output = Files.createTempFile("sluice", ".out");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      boolean ended = process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
      process.destroyForcibly();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " failed:\n" + text + Files.readString(errors));
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
