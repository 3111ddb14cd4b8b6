package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each packet ends where its array ends, so a read beyond it throws; what lies before it is filled
 * with two different bytes in turn, so a read before it shows as two different results.
 */
@Tag("S8")
class HostileRtpTest {

  private static final int BEFORE = 7;

  @Test
  void readsRandomBytesOnlyWhereTheyAre() {
    long seed = 815;
    Random random = new Random(seed);
    int valid = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] packet = new byte[random.nextInt(0, 80)];
      random.nextBytes(packet);
      if (packet.length > 0 && random.nextBoolean()) {
        packet[0] = (byte) (0x80 | (packet[0] & 0x33));
      }
      if (packet.length > 15 && random.nextBoolean()) {
        BigEndian.putInt16(packet, 12, random.nextBoolean() ? 0xBEDE : 0x1000);
        BigEndian.putInt16(packet, 14, random.nextInt(0, 8));
      }
      valid += readsInside(packet, "seed " + seed + " step " + i) ? 1 : 0;
    }
    assertThat(valid).as("the test reaches the accessors").isGreaterThan(20_000);
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.core.rtp.RecordedPackets#all")
  void readsTruncatedPacketsOnlyWhereTheyAre(RecordedPackets recording) {
    for (byte[] packet : recording.ofKind("RTP")) {
      for (int length = 0; length <= Math.min(packet.length, 96); length++) {
        readsInside(Arrays.copyOf(packet, length), recording + " cut to " + length);
      }
    }
  }

  static boolean readsInside(byte[] packet, String what) {
    long first = digest(framed(packet, (byte) 0x00));
    long second = digest(framed(packet, (byte) 0xFF));
    assertThat(first).as(what).isEqualTo(second);
    return first != 0;
  }

  private static byte[] framed(byte[] packet, byte before) {
    byte[] array = new byte[BEFORE + packet.length];
    Arrays.fill(array, 0, BEFORE, before);
    System.arraycopy(packet, 0, array, BEFORE, packet.length);
    return array;
  }

  /** Calls every accessor; 0 for an invalid packet. */
  private static long digest(byte[] array) {
    int length = array.length - BEFORE;
    PacketKind.classify(array, BEFORE, length);
    if (!RtpPacket.isValid(array, BEFORE, length)) {
      return 0;
    }
    int payload = RtpPacket.payloadLength(array, BEFORE, length);
    assertThat(payload).isBetween(0, length - RtpPacket.FIXED_HEADER_LENGTH);
    long digest = 1L + payload;
    for (int i = 0; i < RtpPacket.csrcCount(array, BEFORE); i++) {
      digest = 31 * digest + RtpPacket.csrc(array, BEFORE, i);
    }
    for (int id = 0; id <= 255; id++) {
      long place = RtpPacket.findExtension(array, BEFORE, id);
      if (place >= 0) {
        int offset = RtpPacket.extensionOffset(place);
        int end = offset + RtpPacket.extensionLength(place);
        assertThat(offset).isGreaterThanOrEqualTo(BEFORE + 16);
        assertThat(end).isLessThanOrEqualTo(BEFORE + RtpPacket.headerLength(array, BEFORE));
        digest = 31 * digest + place;
      }
    }
    digest = 31 * digest + Rtx.originalSequence(array, BEFORE, length);
    if (Rtx.restoreOriginal(array, BEFORE, length, 96, 1)) {
      assertThat(RtpPacket.isValid(array, BEFORE + 2, length - 2)).isTrue();
    }
    return digest == 0 ? 1 : digest;
  }
}
