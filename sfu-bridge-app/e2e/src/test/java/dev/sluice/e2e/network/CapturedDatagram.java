package dev.sluice.e2e.network;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A UDP datagram over IPv4 out of a pcap file. */
public final class CapturedDatagram {
  private static final int LINKTYPE_ETHERNET = 1;
  private static final int LINKTYPE_RAW = 101;
  private static final int LINKTYPE_IPV4 = 228;

  private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;

  private final long capturedNanos;
  private final int sourcePort;
  private final int destinationPort;
  private final byte[] payload;

  private CapturedDatagram(
      long capturedNanos, int sourcePort, int destinationPort, byte[] payload) {
    this.capturedNanos = capturedNanos;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.payload = payload;
  }

  /** Reads all UDP datagrams of a classic pcap file, of either byte order. */
  public static List<CapturedDatagram> readAll(Path pcap) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap));
    int magic = file.getInt(0);
    boolean bigEndian = magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS;
    file.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    long unitNanos = file.getInt(0) == MAGIC_NANOSECONDS ? 1 : 1000;
    int ipOffset =
        switch (file.getInt(20)) {
          case LINKTYPE_ETHERNET -> 14;
          case LINKTYPE_RAW, LINKTYPE_IPV4 -> 0;
          default -> throw new IOException("Unknown link type " + file.getInt(20) + " in " + pcap);
        };
    List<CapturedDatagram> datagrams = new ArrayList<>();
    file.position(24);
    try {
      while (file.remaining() >= 16) {
        long seconds = Integer.toUnsignedLong(file.getInt(file.position()));
        long fraction = Integer.toUnsignedLong(file.getInt(file.position() + 4));
        int length = file.getInt(file.position() + 8);
        byte[] packet = new byte[length];
        file.position(file.position() + 16).get(packet);
        addIfUdp(seconds * 1_000_000_000 + fraction * unitNanos, packet, ipOffset, datagrams);
      }
    } catch (BufferUnderflowException e) {
      return datagrams; // The writer was stopped within its last record.
    }
    return datagrams;
  }

  private static void addIfUdp(
      long capturedNanos, byte[] packet, int ipOffset, List<CapturedDatagram> datagrams) {
    ByteBuffer ip = ByteBuffer.wrap(packet);
    if (packet.length < ipOffset + 28 || packet[ipOffset] >> 4 != 4 || packet[ipOffset + 9] != 17) {
      return;
    }
    int udp = ipOffset + (packet[ipOffset] & 0x0F) * 4;
    datagrams.add(
        new CapturedDatagram(
            capturedNanos,
            ip.getShort(udp) & 0xFFFF,
            ip.getShort(udp + 2) & 0xFFFF,
            Arrays.copyOfRange(packet, udp + 8, packet.length)));
  }

  /** When it was captured, on the clock of who captured it. */
  public long capturedNanos() {
    return capturedNanos;
  }

  /** The sender's port. */
  public int sourcePort() {
    return sourcePort;
  }

  /** The receiver's port. */
  public int destinationPort() {
    return destinationPort;
  }

  /** What the datagram carried; not to be changed. */
  public byte[] payload() {
    return payload;
  }

  /** RTP by the demultiplexing rules of RFC 7983 and RFC 5761. */
  public boolean isRtp() {
    return isRtpOrRtcp() && ((payload[1] & 0xFF) < 192 || (payload[1] & 0xFF) > 223);
  }

  /** RTCP by the same rules. */
  public boolean isRtcp() {
    return isRtpOrRtcp() && !isRtp();
  }

  private boolean isRtpOrRtcp() {
    return payload.length >= 12 && (payload[0] & 0xC0) == 0x80;
  }

  /** The RTP sequence number. */
  public int sequence() {
    return (payload[2] & 0xFF) << 8 | (payload[3] & 0xFF);
  }

  /** The RTP synchronisation source. */
  public long ssrc() {
    return ByteBuffer.wrap(payload).getInt(8) & 0xFFFF_FFFFL;
  }

  /** The RTP timestamp. */
  public long timestamp() {
    return ByteBuffer.wrap(payload).getInt(4) & 0xFFFF_FFFFL;
  }

  /** The length of the RTP header with CSRCs and extension (RFC 3550 §5.1, §5.3.1). */
  public int headerLength() {
    int length = 12 + (payload[0] & 0x0F) * 4;
    if ((payload[0] & 0x10) != 0) {
      length += 4 + ((payload[length + 2] & 0xFF) << 8 | (payload[length + 3] & 0xFF)) * 4;
    }
    return length;
  }
}
