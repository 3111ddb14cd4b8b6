package dev.sluice.transport.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Datagrams that the kernel has dropped because the media port's sockets were full: what a server
 * loses without ever seeing it. By {@code /proc/net/udp}; 0 where there is none.
 */
final class SocketDrops {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

  private SocketDrops() {}

  /** The sum over all sockets that are bound to a port now. */
  static long of(int port) {
    long sum = 0;
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table)) {
          sum += drops(line, port);
        }
      } catch (IOException unreadable) {
        // Not Linux, or no IPv6.
      }
    }
    return sum;
  }

  /** Of one line; the second column is the local address and port, the last one the drops. */
  static long drops(String line, int port) {
    String[] columns = line.strip().split("\\s+", -1);
    boolean ours = columns.length >= 13 && columns[1].endsWith(String.format(":%04X", port));
    return ours ? Long.parseLong(columns[columns.length - 1]) : 0;
  }
}
