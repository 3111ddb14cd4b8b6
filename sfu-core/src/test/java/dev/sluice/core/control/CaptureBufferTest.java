package dev.sluice.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a capture holds, read block by block as the format says. */
@Tag("O3")
class CaptureBufferTest {
  private static final long START = 5_000_000_000L;
  private static final long EPOCH = 1_795_262_400_000_000_000L;
  private static final long SECOND = 1_000_000_000;

  /** An enhanced packet block. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(
      long timeNanos, int captured, int original, int from, int flags, byte[] rtp) {}

  private static CaptureBuffer capture(boolean payload) {
    return new CaptureBuffer(payload, CaptureBuffer.MIN_BYTES, START, 10 * SECOND, EPOCH);
  }

  /** RTP with one extension word, and a payload of sevens. */
  private static byte[] rtp(int payloadLength) {
    byte[] packet = new byte[20 + payloadLength];
    packet[0] = (byte) 0x90;
    packet[1] = 96;
    BigEndian.putInt16(packet, 12, 0xBEDE);
    BigEndian.putInt16(packet, 14, 1);
    Arrays.fill(packet, 20, packet.length, (byte) 7);
    return packet;
  }

  private static List<Block> read(byte[] file) {
    List<Block> blocks = new ArrayList<>();
    int place = 0;
    assertThat(BigEndian.int32(file, 8)).as("byte order").isEqualTo(0x1A2B3C4D);
    while (place < file.length) {
      int total = BigEndian.int32(file, place + 4);
      assertThat(total).as("words").isPositive().matches(length -> length % 4 == 0);
      assertThat(BigEndian.int32(file, place + total - 4)).as("the length again").isEqualTo(total);
      if (BigEndian.int32(file, place) == 6) {
        blocks.add(readPacket(file, place));
      }
      place += total;
    }
    assertThat(place).as("whole blocks").isEqualTo(file.length);
    return blocks;
  }

  private static Block readPacket(byte[] file, int place) {
    int captured = BigEndian.int32(file, place + 20);
    int data = place + 28;
    int options = data + (captured + 3) / 4 * 4;
    assertThat(ipChecksum(file, data)).as("IP's checksum").isZero();
    return new Block(
        BigEndian.int64(file, place + 12),
        captured,
        BigEndian.int32(file, place + 24),
        BigEndian.int32(file, data + 12),
        BigEndian.int32(file, options + 4),
        Arrays.copyOfRange(file, data + 28, data + captured));
  }

  private static int ipChecksum(byte[] file, int offset) {
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += BigEndian.uint16(file, offset + i);
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return ~sum & 0xFFFF;
  }

  @Test
  void keepsHeadersAndExtensionsAndNothingOfThePayload() {
    CaptureBuffer capture = capture(false);
    byte[] packet = rtp(1001);
    capture.handlePacket(true, packet, 0, packet.length, packet.length, START + SECOND);
    capture.handlePacket(false, packet, 0, 20, packet.length, START + 2 * SECOND);
    List<Block> blocks = read(capture.toFile());
    assertThat(blocks)
        .hasSize(2)
        .allSatisfy(
            block -> {
              assertThat(block.captured()).isEqualTo(48);
              assertThat(block.original()).isEqualTo(28 + packet.length);
              assertThat(block.rtp()).isEqualTo(Arrays.copyOf(packet, 20));
            });
    assertThat(blocks)
        .extracting(Block::timeNanos)
        .containsExactly(EPOCH + SECOND, EPOCH + 2 * SECOND);
    assertThat(blocks).extracting(Block::from).containsExactly(0xC0000201, 0xC0000202);
    assertThat(blocks).extracting(Block::flags).as("in, out").containsExactly(1, 2);
    assertThat(new String(capture.toFile(), StandardCharsets.ISO_8859_1))
        .doesNotContain("\u0007\u0007\u0007\u0007\u0007");
  }

  @Test
  void keepsWholePacketsWhereThatIsWantedAndRtcpAlways() {
    byte[] rtcp = new byte[32];
    rtcp[0] = (byte) 0x80;
    rtcp[1] = (byte) 201;
    rtcp[31] = 9;
    for (boolean payload : new boolean[] {true, false}) {
      CaptureBuffer capture = capture(payload);
      byte[] packet = rtp(9);
      capture.handlePacket(true, packet, 0, packet.length, packet.length, START);
      capture.handlePacket(true, rtcp, 0, rtcp.length, rtcp.length, START);
      List<Block> blocks = read(capture.toFile());
      assertThat(blocks.getFirst().rtp()).hasSize(payload ? packet.length : 20);
      assertThat(blocks.getLast().rtp()).isEqualTo(rtcp);
    }
  }

  @Test
  void endsWhenItIsFullWithWholeBlocksAlone() {
    CaptureBuffer capture = capture(true);
    byte[] packet = rtp(1000);
    for (int i = 0; i < 100; i++) {
      capture.handlePacket(true, packet, 0, packet.length, packet.length, START);
    }
    assertThat(capture.end()).isEqualTo(CaptureBuffer.End.SIZE);
    assertThat(capture.size()).isBetween(CaptureBuffer.MIN_BYTES - 1200, CaptureBuffer.MIN_BYTES);
    assertThat(read(capture.toFile())).hasSize((int) capture.packets()).hasSizeGreaterThan(50);
  }

  @Test
  void endsWhenItsTimeIsOverOrSomebodyStopsIt() {
    byte[] packet = rtp(10);
    CaptureBuffer timed = capture(false);
    timed.handlePacket(true, packet, 0, packet.length, packet.length, START + 10 * SECOND);
    assertThat(timed.end()).isEqualTo(CaptureBuffer.End.TIME);
    assertThat(timed.packets()).isZero();

    CaptureBuffer stopped = capture(false);
    stopped.end(CaptureBuffer.End.STOPPED);
    stopped.end(CaptureBuffer.End.LEFT);
    stopped.handlePacket(true, packet, 0, packet.length, packet.length, START);
    assertThat(stopped.end()).isEqualTo(CaptureBuffer.End.STOPPED);
    assertThat(read(stopped.toFile())).isEmpty();
  }
}
