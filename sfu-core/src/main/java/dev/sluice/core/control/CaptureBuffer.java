package dev.sluice.core.control;

import dev.sluice.core.rtp.BigEndian;
import dev.sluice.core.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A capture of one participant's decrypted packets in memory, as a pcapng file (the IETF draft
 * "PCAP Now Generic" of the opsawg) that begins with its headers and can be read at any time. Each
 * packet is put into IPv4 and UDP that never were: from 192.0.2.1 to 192.0.2.2 what comes from the
 * participant, the other way what it is sent, all on port 5004. Unless payloads are wanted, an RTP
 * packet is cut off behind its header and extensions, with its true length beside it; RTCP is
 * whole.
 *
 * <p>Written by one thread, the room's worker, which never waits for anything: there is no disk,
 * and a full buffer ends the capture. Read and ended by any. All of its memory is there from the
 * start.
 */
public final class CaptureBuffer {
  /** Why a capture is over. */
  public enum End {
    /** Somebody has stopped it. */
    STOPPED,
    /** Its time is over. */
    TIME,
    /** Its buffer is full. */
    SIZE,
    /** The participant has left. */
    LEFT
  }

  /** The smallest buffer. */
  public static final int MIN_BYTES = 64 * 1024;

  private static final int SECTION_HEADER = 0x0A0D_0D0A;
  private static final int BYTE_ORDER = 0x1A2B_3C4D;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int LINKTYPE_RAW = 101;
  private static final int OPTION_APPLICATION = 4;
  private static final int OPTION_RESOLUTION = 9;
  private static final int OPTION_FLAGS = 2;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  private static final int PACKET_OVERHEAD = 28 + 12 + 4;
  private static final int IP_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int PARTICIPANT = 0xC0000201;
  private static final int SERVER = 0xC0000202;
  private static final int PORT = 5004;

  private final byte[] bytes;
  private final boolean withPayload;
  private final long endNanos;
  private final long epochMinusNanoTime;

  /** Everything before it is written; the writer moves it when a packet is whole. */
  private volatile int published;

  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicLong packets = new AtomicLong();

  /**
   * An empty capture.
   *
   * @param withPayload whether packets are kept whole
   * @param maxBytes of the file, at least {@link #MIN_BYTES}
   * @param nowNanos on the clock of the workers
   * @param durationNanos from then on
   * @param epochNanos the time of day at {@code nowNanos}, since 1970
   */
  public CaptureBuffer(
      boolean withPayload, int maxBytes, long nowNanos, long durationNanos, long epochNanos) {
    this.withPayload = withPayload;
    bytes = new byte[Math.max(MIN_BYTES, maxBytes)];
    endNanos = nowNanos + durationNanos;
    epochMinusNanoTime = epochNanos - nowNanos;
    published = putInterface(putSection(0));
  }

  /** Whether RTP packets are kept whole. */
  public boolean withPayload() {
    return withPayload;
  }

  /** Packets that are in it. */
  public long packets() {
    return packets.get();
  }

  /** How long the file is by now. */
  public int size() {
    return published;
  }

  /** Why it is over; null while it goes on. */
  public @Nullable End end() {
    return end.get();
  }

  /** Ends it, unless it is over already. Any thread. */
  public void end(End why) {
    end.compareAndSet(null, why);
  }

  /** Whether nothing more is taken. */
  public boolean isOver(long nowNanos) {
    if (nowNanos - endNanos >= 0) {
      end(End.TIME);
    }
    return end.get() != null;
  }

  /**
   * Takes a packet. Writer only.
   *
   * @param received from the participant, else to it
   * @param length of what is in the array: all of it, or at least its header
   * @param originalLength of the whole packet
   */
  public void handlePacket(
      boolean received, byte[] packet, int offset, int length, int originalLength, long nowNanos) {
    if (isOver(nowNanos)) {
      return;
    }
    int kept = withPayload ? length : headerLength(packet, offset, length);
    int captured = IP_BYTES + UDP_BYTES + kept;
    int place = published;
    if (place + PACKET_OVERHEAD + padded(captured) > bytes.length) {
      end(End.SIZE);
      return;
    }
    int data = putPacketHeader(place, captured, IP_BYTES + UDP_BYTES + originalLength, nowNanos);
    putAddresses(data, received, originalLength);
    System.arraycopy(packet, offset, bytes, data + IP_BYTES + UDP_BYTES, kept);
    int options = data + padded(captured);
    putOption(options, OPTION_FLAGS, 4);
    BigEndian.putInt32(bytes, options + 4, received ? INBOUND : OUTBOUND);
    BigEndian.putInt32(bytes, options + 8, 0);
    packets.lazySet(packets.get() + 1);
    published = close(place, options + 12);
  }

  /** The file so far. Any thread. */
  public byte[] toFile() {
    return Arrays.copyOf(bytes, published);
  }

  private static int headerLength(byte[] packet, int offset, int length) {
    // The kinds that share a port (RFC 5761 §4).
    int second = length > 1 ? BigEndian.uint8(packet, offset + 1) : 0;
    boolean rtcp = second >= 192 && second <= 223;
    return rtcp || !RtpPacket.hasValidHeader(packet, offset, length)
        ? length
        : Math.min(length, RtpPacket.headerLength(packet, offset));
  }

  private int putSection(int place) {
    byte[] name = "Sluice".getBytes(StandardCharsets.US_ASCII);
    BigEndian.putInt32(bytes, place, SECTION_HEADER);
    BigEndian.putInt32(bytes, place + 8, BYTE_ORDER);
    BigEndian.putInt16(bytes, place + 12, 1);
    BigEndian.putInt16(bytes, place + 14, 0);
    BigEndian.putInt64(bytes, place + 16, -1); // the length of the section is not told
    putOption(place + 24, OPTION_APPLICATION, name.length);
    System.arraycopy(name, 0, bytes, place + 28, name.length);
    int options = place + 28 + padded(name.length);
    BigEndian.putInt32(bytes, options, 0);
    return close(place, options + 4);
  }

  private int putInterface(int place) {
    BigEndian.putInt32(bytes, place, INTERFACE_DESCRIPTION);
    BigEndian.putInt16(bytes, place + 8, LINKTYPE_RAW);
    BigEndian.putInt16(bytes, place + 10, 0);
    BigEndian.putInt32(bytes, place + 12, 0); // no limit
    putOption(place + 16, OPTION_RESOLUTION, 1);
    BigEndian.putInt32(bytes, place + 20, 9 << 24); // nanoseconds
    BigEndian.putInt32(bytes, place + 24, 0);
    return close(place, place + 28);
  }

  private int putPacketHeader(int place, int captured, int original, long nowNanos) {
    BigEndian.putInt32(bytes, place, ENHANCED_PACKET);
    BigEndian.putInt32(bytes, place + 8, 0);
    BigEndian.putInt64(bytes, place + 12, epochMinusNanoTime + nowNanos);
    BigEndian.putInt32(bytes, place + 20, captured);
    BigEndian.putInt32(bytes, place + 24, original);
    return place + 28;
  }

  private void putAddresses(int ip, boolean received, int length) {
    BigEndian.putInt16(bytes, ip, 0x4500);
    BigEndian.putInt16(bytes, ip + 2, IP_BYTES + UDP_BYTES + length);
    BigEndian.putInt16(bytes, ip + 4, 0);
    BigEndian.putInt16(bytes, ip + 6, 0x4000);
    BigEndian.putInt16(bytes, ip + 8, 0x4011);
    BigEndian.putInt16(bytes, ip + 10, 0);
    BigEndian.putInt32(bytes, ip + 12, received ? PARTICIPANT : SERVER);
    BigEndian.putInt32(bytes, ip + 16, received ? SERVER : PARTICIPANT);
    int sum = 0;
    for (int i = 0; i < IP_BYTES; i += 2) {
      sum += BigEndian.uint16(bytes, ip + i);
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    BigEndian.putInt16(bytes, ip + 10, ~(sum + (sum >>> 16)) & 0xFFFF);
    int udp = ip + IP_BYTES;
    BigEndian.putInt16(bytes, udp, PORT);
    BigEndian.putInt16(bytes, udp + 2, PORT);
    BigEndian.putInt16(bytes, udp + 4, UDP_BYTES + length);
    BigEndian.putInt16(bytes, udp + 6, 0); // no checksum (RFC 768)
  }

  private void putOption(int place, int code, int length) {
    BigEndian.putInt16(bytes, place, code);
    BigEndian.putInt16(bytes, place + 2, length);
  }

  /** Writes both lengths of a block whose body ends at {@code last}; answers where it ends. */
  private int close(int place, int last) {
    int total = last + 4 - place;
    BigEndian.putInt32(bytes, place + 4, total);
    BigEndian.putInt32(bytes, last, total);
    return last + 4;
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }
}
