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

  private final int sourcePort;
  private final int destinationPort;
  private final byte[] payload;

  private CapturedDatagram(int sourcePort, int destinationPort, byte[] payload) {
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.payload = payload;
  }

  /** Reads all UDP datagrams of a classic pcap file, of either byte order. */
  public static List<CapturedDatagram> readAll(Path pcap) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap));
    int magic = file.getInt(0);
    boolean bigEndian = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
    file.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
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
        int length = file.getInt(file.position() + 8);
        byte[] packet = new byte[length];
        file.position(file.position() + 16).get(packet);
        addIfUdp(packet, ipOffset, datagrams);
      }
    } catch (BufferUnderflowException e) {
      return datagrams; // The writer was stopped within its last record.
    }
    return datagrams;
  }

  private static void addIfUdp(byte[] packet, int ipOffset, List<CapturedDatagram> datagrams) {
    ByteBuffer ip = ByteBuffer.wrap(packet);
    if (packet.length < ipOffset + 28 || packet[ipOffset] >> 4 != 4 || packet[ipOffset + 9] != 17) {
      return;
    }
    int udp = ipOffset + (packet[ipOffset] & 0x0F) * 4;
    datagrams.add(
        new CapturedDatagram(
            ip.getShort(udp) & 0xFFFF,
            ip.getShort(udp + 2) & 0xFFFF,
            Arrays.copyOfRange(packet, udp + 8, packet.length)));
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

  /** The length of the RTP header with CSRCs and extension (RFC 3550 §5.1, §5.3.1). */
  public int headerLength() {
    int length = 12 + (payload[0] & 0x0F) * 4;
    if ((payload[0] & 0x10) != 0) {
      length += 4 + ((payload[length + 2] & 0xFF) << 8 | (payload[length + 3] & 0xFF)) * 4;
    }
    return length;
  }
}
