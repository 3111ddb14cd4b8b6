package dev.sluice.e2e.network;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Writes UDP datagrams as a classic pcap file (big-endian, link type RAW) with made-up IPv4 and UDP
 * headers, for tshark and {@link CapturedDatagram}. Owned by one thread.
 */
final class PcapWriter implements AutoCloseable {
  private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  private static final int LINKTYPE_RAW = 101;
  private static final int IPV4_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int SNAP_LENGTH = 65_535;

  private final DataOutputStream out;

  PcapWriter(Path file) throws IOException {
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    out.writeInt(MAGIC_MICROSECONDS);
    out.writeShort(2);
    out.writeShort(4);
    out.writeInt(0);
    out.writeInt(0);
    out.writeInt(SNAP_LENGTH);
    out.writeInt(LINKTYPE_RAW);
  }

  void write(Instant time, InetSocketAddress from, InetSocketAddress to, byte[] payload)
      throws IOException {
    int length = IPV4_HEADER + UDP_HEADER + payload.length;
    out.writeInt((int) time.getEpochSecond());
    out.writeInt(time.getNano() / 1000);
    out.writeInt(length);
    out.writeInt(length);
    out.write(ipv4Header(from, to, length));
    out.writeShort(from.getPort());
    out.writeShort(to.getPort());
    out.writeShort(UDP_HEADER + payload.length);
    out.writeShort(0); // No UDP checksum: allowed over IPv4 (RFC 768).
    out.write(payload);
  }

  private static byte[] ipv4Header(InetSocketAddress from, InetSocketAddress to, int length) {
    byte[] header = new byte[IPV4_HEADER];
    header[0] = 0x45;
    header[2] = (byte) (length >> 8);
    header[3] = (byte) length;
    header[8] = 64;
    header[9] = 17;
    System.arraycopy(from.getAddress().getAddress(), 0, header, 12, 4);
    System.arraycopy(to.getAddress().getAddress(), 0, header, 16, 4);
    int sum = 0;
    for (int i = 0; i < IPV4_HEADER; i += 2) {
      sum += (header[i] & 0xFF) << 8 | (header[i + 1] & 0xFF);
    }
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = ~((sum & 0xFFFF) + (sum >> 16));
    header[10] = (byte) (sum >> 8);
    header[11] = (byte) sum;
    return header;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
