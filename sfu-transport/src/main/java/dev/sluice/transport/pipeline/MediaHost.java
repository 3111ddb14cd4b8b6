package dev.sluice.transport.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What media runs on here, and what this machine lacks for it to be as fast as it could be.
 *
 * @param ciphers whose SRTP uses, with their version
 * @param ciphersBecause why those
 * @param backend what carries the media port
 * @param segmentation whether equal-sized datagrams leave as one message (UDP GSO)
 * @param receiveBufferBytes of the media socket, as the kernel counts
 * @param missing sentences for whoever runs this machine; empty when all is well
 */
public record MediaHost(
    String ciphers,
    String ciphersBecause,
    String backend,
    boolean segmentation,
    int receiveBufferBytes,
    List<String> missing) {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path TRACKED = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");

  /** Half a second of 64 Mbit/s; less has lost packets on busy machines. */
  public static final int ENOUGH_BUFFER_BYTES = 4 * 1024 * 1024;

  public MediaHost {
    missing = List.copyOf(missing);
  }

  /** Completes the list of what is missing with what the kernel says. */
  static MediaHost inspect(
      String ciphers,
      String because,
      String backend,
      boolean segmentation,
      int receiveBufferBytes) {
    return new MediaHost(
        ciphers,
        because,
        backend,
        segmentation,
        receiveBufferBytes,
        missing(segmentation, receiveBufferBytes, read(CPU), read(TRACKED)));
  }

  /**
   * @param cpuInfo the text of /proc/cpuinfo, or nothing
   * @param tracked how many connections the kernel tracks, or nothing
   */
  static List<String> missing(
      boolean segmentation, int receiveBufferBytes, String cpuInfo, String tracked) {
    List<String> missing = new ArrayList<>();
    boolean hasFlags = cpuInfo.contains("flags") || cpuInfo.contains("Features");
    if (hasFlags && !cpuInfo.matches("(?s).*\\baes\\b.*")) {
      missing.add("The processor has no AES instructions: SRTP costs ten times as much.");
    }
    if (!segmentation) {
      missing.add("No UDP segmentation (GSO): each datagram is a message of its own.");
    }
    if (receiveBufferBytes < ENOUGH_BUFFER_BYTES) {
      missing.add(
          "The media socket's receive buffer is "
              + receiveBufferBytes / 1024
              + " KiB: set net.core.rmem_max to "
              + ENOUGH_BUFFER_BYTES
              + " or more.");
    }
    if (!tracked.isBlank() && !tracked.strip().equals("0")) {
      missing.add(
          "The kernel tracks connections here, which costs each datagram about half a microsecond:"
              + " exempt the media port (NOTRACK).");
    }
    return missing;
  }

  private static String read(Path file) {
    try {
      return KernelFile.read(file);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
