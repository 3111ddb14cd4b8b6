package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.hex;
import static dev.sluice.core.srtp.SrtpPackets.protectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.protectRtp;
import static dev.sluice.core.srtp.SrtpPackets.randomRtp;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.resultOfRtcp;
import static dev.sluice.core.srtp.SrtpPackets.resultOfRtp;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.rtp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What anybody can send to the port: never accepted, never an exception, never any state. */
class SrtpHostileInputTest {
  private static final int SSRC = 0x1234_5678;

  @ParameterizedTest
  @EnumSource
  void refusesAPacketTruncatedAnywhere(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    byte[] srtp = protectRtp(sender, randomRtp(new Random(1), SSRC, 77));
    byte[] srtcp = protectRtcp(sender, rtcp(SSRC, 60));

    for (int length = 0; length < srtp.length; length++) {
      assertThat(resultOfRtp(receiver, Arrays.copyOf(srtp, length))).as("%d", length).isNegative();
    }
    for (int length = 0; length < srtcp.length; length++) {
      assertThat(resultOfRtcp(receiver, Arrays.copyOf(srtcp, length)))
          .as("%d", length)
          .isNegative();
    }

    assertThat(receiver.streamCount()).isZero();
    assertThat(resultOfRtp(receiver, srtp)).isPositive();
    assertThat(resultOfRtcp(receiver, srtcp)).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void refusesAPacketWithAnyBitFlipped(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    byte[] srtp = protectRtp(sender, rtp(SSRC, 77, 30));
    byte[] srtcp = protectRtcp(sender, rtcp(SSRC, 28));

    for (int bit = 0; bit < 8 * srtp.length; bit++) {
      int result = resultOfRtp(receiver, withBitFlipped(srtp, bit));
      assertThat(result).as("RTP bit %d", bit).isNegative();
      assertThat(SrtpReceiver.reason(result))
          .isIn(DropReason.AUTHENTICATION_FAILED, DropReason.MALFORMED);
    }
    for (int bit = 0; bit < 8 * srtcp.length; bit++) {
      int result = resultOfRtcp(receiver, withBitFlipped(srtcp, bit));
      assertThat(result).as("RTCP bit %d", bit).isNegative();
      assertThat(SrtpReceiver.reason(result))
          .isIn(DropReason.AUTHENTICATION_FAILED, DropReason.MALFORMED);
    }

    assertThat(receiver.streamCount()).isZero();
    assertThat(resultOfRtp(receiver, srtp)).isPositive();
    assertThat(resultOfRtcp(receiver, srtcp)).isPositive();
  }

  /** Forged sequence numbers all over the space must not move the rollover counter. */
  @ParameterizedTest
  @EnumSource
  void doesNotLetForgedPacketsMoveALivingStream(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    assertThat(resultOfRtp(receiver, protectRtp(sender, rtp(SSRC, 60_000, 30)))).isPositive();
    assertThat(resultOfRtcp(receiver, protectRtcp(sender, rtcp(SSRC, 28)))).isPositive();
    byte[] forgedRtp = protectRtp(sender, rtp(SSRC, 60_001, 30));
    byte[] forgedRtcp = protectRtcp(sender, rtcp(SSRC, 28));
    int indexAt = forgedRtcp.length - profile.rtcpIndexFromEnd();

    for (int sequence = 0; sequence < 0x1_0000; sequence += 97) {
      forgedRtp[2] = (byte) (sequence >> 8);
      forgedRtp[3] = (byte) sequence;
      assertThat(resultOfRtp(receiver, forgedRtp)).as("sequence %d", sequence).isNegative();
      SrtpWire.writeInt(forgedRtcp, indexAt, 0x8000_0000 | (sequence << 15));
      assertThat(resultOfRtcp(receiver, forgedRtcp)).as("index of %d", sequence).isNegative();
    }

    assertThat(receiver.streamCount()).isEqualTo(2);
    assertThat(resultOfRtp(receiver, protectRtp(sender, rtp(SSRC, 60_002, 30)))).isPositive();
    assertThat(resultOfRtcp(receiver, protectRtcp(sender, rtcp(SSRC, 28)))).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void refusesRandomDatagrams(SrtpProfile profile) {
    SrtpReceiver receiver = receiver(profile);
    for (long seed = 100; seed < 104; seed++) {
      Random random = new Random(seed);
      for (int i = 0; i < 2000; i++) {
        byte[] datagram = new byte[random.nextInt(300)];
        random.nextBytes(datagram);
        if (datagram.length > 0 && random.nextBoolean()) {
          datagram[0] = (byte) (0x80 | (datagram[0] & 0x3F));
        }
        assertThat(resultOfRtp(receiver, datagram)).as("seed %d, %d", seed, i).isNegative();
        assertThat(resultOfRtcp(receiver, datagram)).as("seed %d, %d", seed, i).isNegative();
      }
    }
    assertThat(receiver.streamCount()).isZero();
  }

  /** Each with 16 octets in the place of the tag, so that only the header is to blame. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "version 0,                          0060000100000000000000AA",
    "version 1,                          4060000100000000000000AA",
    "version 3,                          C060000100000000000000AA",
    "CSRCs beyond the end,               8160000100000000000000AA",
    "an extension beyond the end,        9060000100000000000000AA",
    "half an extension header,           9060000100000000000000AABEDE",
    "an extension longer than the packet, 9060000100000000000000AABEDE0001",
    "an extension of 2^16 - 1 words,     9060000100000000000000AABEDEFFFF",
    "CSRCs that leave no extension,      9160000100000000000000AA00000001"
  })
  void refusesHeadersThatContradictThemselves(String what, String header) {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    byte[] start = hex(header);
    byte[] packet = Arrays.copyOf(start, start.length + profile.rtpTagLength());
    assertThat(resultOfRtp(receiver(profile), packet))
        .as(what)
        .isEqualTo(DropCode.of(DropReason.MALFORMED));
  }

  @ParameterizedTest
  @EnumSource
  void refusesPacketsTooShortForHeaderAndTag(SrtpProfile profile) {
    SrtpReceiver receiver = receiver(profile);
    byte[] srtp = protectRtp(sender(profile), rtp(SSRC, 1, 0));
    byte[] srtcp = protectRtcp(sender(profile), rtcp(SSRC, 0));

    assertThat(resultOfRtp(receiver, Arrays.copyOf(srtp, srtp.length - 1)))
        .isEqualTo(DropCode.of(DropReason.MALFORMED));
    assertThat(resultOfRtcp(receiver, Arrays.copyOf(srtcp, srtcp.length - 1)))
        .isEqualTo(DropCode.of(DropReason.MALFORMED));
    assertThat(resultOfRtp(receiver, srtp)).isEqualTo(12);
    assertThat(resultOfRtcp(receiver, srtcp)).isEqualTo(8);
  }

  private static byte[] withBitFlipped(byte[] packet, int bit) {
    byte[] flipped = packet.clone();
    flipped[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
    return flipped;
  }
}
