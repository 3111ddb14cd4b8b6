package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Machine;
import dev.sluice.e2e.harness.TestSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The processes of one browser and its profile on disk, which ends with them. */
public final class BrowserProcess {
  private final Process process;
  private final Path profile;
  private final Path log;

  private BrowserProcess(Process process, Path profile, Path log) {
    this.process = process;
    this.profile = profile;
    this.log = log;
  }

  /** The first of these programs on the PATH. */
  static Optional<Path> find(List<String> names) {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator))
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Path newProfile() {
    try {
      return Files.createTempDirectory("sluice-e2e-browser");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program; what it prints goes to {@code target/e2e/LOGNAME}. */
  static BrowserProcess start(
      Machine machine,
      List<String> command,
      Map<String, String> environment,
      Path profile,
      String logName) {
    Path log = TestSettings.artifact(logName);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(machine.command(command))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new BrowserProcess(builder.start(), profile, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path profile() {
    return profile;
  }

  /** What it has printed. */
  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * SIGKILL to the browser and all of its processes, as a crash or a power failure would end it.
   */
  public void kill() {
    all().forEach(ProcessHandle::destroyForcibly);
  }

  /** SIGSTOP to all of its processes: they are there, and do nothing any more. */
  public void freeze() {
    List<String> command = new ArrayList<>(List.of("kill", "-STOP"));
    all().forEach(one -> command.add(String.valueOf(one.pid())));
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<ProcessHandle> all() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    return all;
  }

  /** Kills it and deletes its profile. */
  void end() {
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("The profile " + profile + " stays: " + e);
    }
  }
}
