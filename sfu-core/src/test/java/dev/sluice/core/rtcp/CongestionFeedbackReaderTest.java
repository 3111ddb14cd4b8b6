package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets written by hand after the figure of RFC 8888 §3.1. */
@Tag("R7")
class CongestionFeedbackReaderTest {
  private static final int SSRC = 0x1234_5678;
  private static final int OTHER_SSRC = 0x0BAD_CAFE;

  private final CongestionFeedbackReader reader = new CongestionFeedbackReader();

  @Test
  void readsTheReportsOfEachStream() {
    // Three reports of one stream, padded to a word, and one of another; stamped at 2 s.
    byte[] packet = {
      (byte) 0x8B,
      (byte) 205,
      0,
      8,
      0,
      0,
      0,
      1, //
      0x12,
      0x34,
      0x56,
      0x78,
      (byte) 0xFF,
      (byte) 0xFF,
      0,
      3, //
      (byte) 0x84,
      0,
      0,
      0,
      (byte) 0xA2,
      0,
      0,
      0, //
      0x0B,
      (byte) 0xAD,
      (byte) 0xCA,
      (byte) 0xFE,
      0,
      7,
      0,
      1, //
      (byte) 0x9F,
      (byte) 0xFF,
      0,
      0, //
      0,
      2,
      0,
      0
    };
    packet[3] = (byte) (packet.length / 4 - 1);
    RtcpReader datagram = new RtcpReader();
    datagram.reset(packet, 0, packet.length);
    assertThat(datagram.next()).isTrue();
    assertThat(datagram.kind()).isEqualTo(RtcpKind.CONGESTION_FEEDBACK);
    assertThat(reader.reset(packet, 0, packet.length)).isTrue();

    assertThat(reader.next()).isTrue();
    assertThat(reader.ssrc()).isEqualTo(SSRC);
    assertThat(reader.sequence()).isEqualTo(65535);
    assertThat(reader.hasArrivalTime()).isTrue();
    long first = reader.arrivalNanos();

    assertThat(reader.next()).isTrue();
    assertThat(reader.sequence()).isZero();
    assertThat(reader.received()).isFalse();

    assertThat(reader.next()).isTrue();
    assertThat(reader.sequence()).isEqualTo(1);
    assertThat(reader.ecn()).isEqualTo(1);
    // 1024 and 512 units of 1/1024 s before the stamp.
    assertThat(reader.arrivalNanos() - first).isEqualTo(500_000_000);

    assertThat(reader.next()).isTrue();
    assertThat(reader.ssrc()).isEqualTo(OTHER_SSRC);
    assertThat(reader.received()).isTrue();
    assertThat(reader.hasArrivalTime()).as("an offset of all ones is none").isFalse();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void keepsOneTimeLineWhenTheStampWraps() {
    long before = arrivalWithStamp(0xFFFF_8000);
    long after = arrivalWithStamp(0x0000_8000);
    assertThat(after - before).isEqualTo(1_000_000_000);
  }

  @Test
  void refusesStreamsThatDoNotFit() {
    byte[] packet = oneReport(0);
    packet[15] = 40;
    assertThat(reader.reset(packet, 0, packet.length)).isFalse();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void endsOnAnyBytes() {
    SplittableRandom random = new SplittableRandom(8888);
    for (int i = 0; i < 20_000; i++) {
      byte[] packet = new byte[CongestionFeedbackReader.MIN_LENGTH + 4 * random.nextInt(20)];
      random.nextBytes(packet);
      if (reader.reset(packet, 0, packet.length)) {
        int reports = 0;
        while (reader.next()) {
          reports++;
        }
        assertThat(reports).as("seed 8888, run " + i).isLessThanOrEqualTo(packet.length / 2);
      }
    }
  }

  private long arrivalWithStamp(int stamp) {
    byte[] packet = oneReport(stamp);
    assertThat(reader.reset(packet, 0, packet.length)).isTrue();
    assertThat(reader.next()).isTrue();
    return reader.arrivalNanos();
  }

  private static byte[] oneReport(int stamp) {
    return ByteBuffer.allocate(24)
        .putInt(0x8BCD_0005)
        .putInt(1)
        .putInt(SSRC)
        .putShort((short) 100)
        .putShort((short) 1)
        .putShort((short) 0x8000)
        .putShort((short) 0)
        .putInt(stamp)
        .array();
  }
}
