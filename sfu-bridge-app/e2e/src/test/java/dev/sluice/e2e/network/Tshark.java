package dev.sluice.e2e.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads captures with an installed tshark, the judge of what is well-formed. */
public final class Tshark {
  private static final Path PROGRAM = Path.of("/usr/bin/tshark");

  private Tshark() {}

  /** Whether tshark is installed. */
  public static boolean installed() {
    return Files.isExecutable(PROGRAM);
  }

  /** Runs tshark over a capture; answers the lines that it printed. */
  public static List<String> read(Path capture, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PROGRAM.toString());
    command.add("-r");
    command.add(capture.toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines = process.inputReader().lines().toList();
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("tshark ended with status " + status + ": " + command);
    }
    return lines;
  }
}
