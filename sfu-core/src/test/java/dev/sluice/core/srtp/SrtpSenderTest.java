package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.BUFFER_LENGTH;
import static dev.sluice.core.srtp.SrtpPackets.MAX_STREAMS;
import static dev.sluice.core.srtp.SrtpPackets.protectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.resultOfSending;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.rtp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.core.media.DropReason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpSenderTest {
  private static final int SSRC = 0xCAFE_BABE;
  private static final int HEADER = SrtpWire.RTP_FIXED_HEADER_LENGTH;

  /** Every prefix around the cipher's block length, with the payload at an odd place. */
  @ParameterizedTest
  @EnumSource
  void encryptsARewrittenDescriptorAndTheSharedPayloadAsOne(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    for (int prefixLength = 0; prefixLength <= 40; prefixLength++) {
      byte[] expected = rtp(SSRC, prefixLength, 100);
      byte[] out = new byte[BUFFER_LENGTH];
      int outOffset = 5;
      System.arraycopy(expected, 0, out, outOffset, HEADER + prefixLength);
      byte[] payload = Arrays.copyOfRange(expected, HEADER + prefixLength - 3, expected.length + 9);
      byte[] before = payload.clone();

      int length =
          sender.protectRtp(out, outOffset, HEADER, prefixLength, payload, 3, 100 - prefixLength);

      assertThat(length).isEqualTo(expected.length + profile.rtpTagLength());
      assertThat(payload).as("the shared payload").isEqualTo(before);
      byte[] srtp = Arrays.copyOfRange(out, outOffset, outOffset + length);
      assertThat(unprotectRtp(receiver, srtp)).as("prefix %d", prefixLength).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesNothingOutsideItsPacket(SrtpProfile profile) {
    int length = HEADER + 50 + profile.rtpTagLength();
    byte[] out = new byte[length + 20];
    Arrays.fill(out, (byte) 0x77);
    System.arraycopy(rtp(SSRC, 1, 0), 0, out, 10, HEADER);

    assertThat(sender(profile).protectRtp(out, 10, HEADER, 20, new byte[30], 0, 30))
        .isEqualTo(length);
    assertThat(Arrays.copyOf(out, 10)).containsOnly(0x77);
    assertThat(Arrays.copyOfRange(out, 10 + length, out.length)).containsOnly(0x77);
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnIndexASecondTimeAndLeavesTheBufferAlone(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    assertThat(resultOfSending(sender, SSRC, 500)).isPositive();
    byte[] out = Arrays.copyOf(rtp(SSRC, 500, 8), BUFFER_LENGTH);
    byte[] before = out.clone();

    int result = sender.protectRtp(out, 0, HEADER, 8, new byte[] {1, 2, 3}, 0, 3);

    assertThat(result).isNegative();
    assertThat(SrtpSender.reason(result)).isEqualTo(DropReason.INDEX_REUSED);
    assertThat(out).isEqualTo(before);
  }

  @Test
  void sendsOutOfOrderInsideTheWindowButNotBehindIt() {
    SrtpSender sender = sender(SrtpProfile.AEAD_AES_128_GCM);
    assertThat(resultOfSending(sender, SSRC, 5000)).isPositive();
    assertThat(resultOfSending(sender, SSRC, 5000 - IndexWindow.SIZE + 1)).isPositive();
    assertThat(SrtpSender.reason(resultOfSending(sender, SSRC, 5000 - IndexWindow.SIZE)))
        .isEqualTo(DropReason.TOO_OLD);
  }

  @Test
  void countsAnIndexAsUsedEvenIfTheCipherFails() {
    RecordingCiphers ciphers = new RecordingCiphers();
    SrtpSender sender = sender(SrtpProfile.AEAD_AES_128_GCM, ciphers);
    ciphers.failOnce();
    assertThatIllegalStateException().isThrownBy(() -> resultOfSending(sender, SSRC, 9));
    assertThat(SrtpSender.reason(resultOfSending(sender, SSRC, 9)))
        .isEqualTo(DropReason.INDEX_REUSED);
  }

  /** What the property is worth: the packets of this walk repeat, fall behind and wrap around. */
  @ParameterizedTest
  @EnumSource
  void neverUsesAKeystreamTwiceWhateverIsAskedOfIt(SrtpProfile profile) {
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      RecordingCiphers ciphers = new RecordingCiphers();
      SrtpSender sender = sender(profile, ciphers);
      ciphers.reset();
      int[] sequences = {65_000, 0, 32_767};
      int sent = 0;
      int reused = 0;
      int tooOld = 0;
      int wraps = 0;
      for (int step = 0; step < 10_000; step++) {
        int stream = random.nextInt(sequences.length);
        int ahead = random.nextInt(20) == 0 ? random.nextInt(3000) : random.nextInt(3);
        int behind = random.nextInt(3) == 0 ? random.nextInt(1 << random.nextInt(1, 12)) : 0;
        wraps += ((sequences[stream] + ahead) >> 16) - (sequences[stream] >> 16);
        sequences[stream] += ahead;
        int result = resultOfSending(sender, stream, (sequences[stream] - behind) & 0xFFFF);
        if (result >= 0) {
          sent++;
        } else if (SrtpSender.reason(result) == DropReason.INDEX_REUSED) {
          reused++;
        } else {
          assertThat(SrtpSender.reason(result)).as("seed %d", seed).isEqualTo(DropReason.TOO_OLD);
          tooOld++;
        }
      }
      assertThat(ciphers.repeated()).as("seed %d", seed).isEmpty();
      assertThat(ciphers.count()).as("seed %d", seed).isEqualTo(sent);
      assertThat(sent).as("sent, seed %d", seed).isGreaterThan(3000);
      assertThat(reused).as("refused as reused, seed %d", seed).isGreaterThan(1000);
      assertThat(tooOld).as("refused as too old, seed %d", seed).isGreaterThan(50);
      assertThat(wraps).as("wraps, seed %d", seed).isGreaterThan(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void neverUsesAnRtcpKeystreamTwice(SrtpProfile profile) {
    RecordingCiphers ciphers = new RecordingCiphers();
    SrtpSender sender = sender(profile, ciphers);
    ciphers.reset();
    for (int i = 0; i < 1000; i++) {
      protectRtcp(sender, rtcp(SSRC + i % 3, 20));
    }
    assertThat(ciphers.repeated()).isEmpty();
    assertThat(ciphers.count()).isEqualTo(1000);
  }

  @ParameterizedTest
  @EnumSource
  void countsRtcpIndexesFromZero(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    for (int i = 0; i < 3; i++) {
      byte[] packet = protectRtcp(sender, rtcp(SSRC, 20));
      int word = SrtpWire.readInt(packet, packet.length - profile.rtcpIndexFromEnd());
      assertThat(word).isEqualTo(0x8000_0000 | i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopsAfterTheLastRtcpIndex(SrtpProfile profile) {
    SessionKeys keys =
        SessionKeys.derive(
            profile, SrtpPackets.key(profile), SrtpPackets.salt(profile), SrtpCiphers.jdk());
    SrtpTransform transform = SrtpTransform.sending(profile, keys, SrtpCiphers.jdk());
    SrtpSender sender = new SrtpSender(profile, transform, 1, Integer.MAX_VALUE);
    byte[] packet = rtcp(SSRC, 20);

    assertThat(unprotectRtcp(receiver(profile), protectRtcp(sender, packet))).isEqualTo(packet);

    byte[] out = Arrays.copyOf(packet, BUFFER_LENGTH);
    for (int i = 0; i < 3; i++) {
      assertThat(SrtpSender.reason(sender.protectRtcp(out, 0, packet.length)))
          .isEqualTo(DropReason.INDEX_REUSED);
    }
    assertThat(Arrays.copyOf(out, packet.length)).isEqualTo(packet);
  }

  @Test
  void sendsNoMoreStreamsThanItsBound() {
    SrtpSender sender = sender(SrtpProfile.AEAD_AES_128_GCM);
    for (int ssrc = 0; ssrc < MAX_STREAMS; ssrc++) {
      assertThat(resultOfSending(sender, ssrc, 1)).isPositive();
    }
    assertThat(SrtpSender.reason(resultOfSending(sender, MAX_STREAMS, 1)))
        .isEqualTo(DropReason.TOO_MANY_STREAMS);
    assertThat(resultOfSending(sender, 0, 2)).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void needsRoomForTheTag(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    byte[] tight = Arrays.copyOf(rtp(SSRC, 1, 0), HEADER + 10 + profile.rtpTagLength());
    assertThat(SrtpSender.reason(sender.protectRtp(tight, 0, HEADER, 4, new byte[7], 0, 7)))
        .isEqualTo(DropReason.OVERSIZED);
    assertThat(sender.protectRtp(tight, 0, HEADER, 4, new byte[6], 0, 6)).isEqualTo(tight.length);

    byte[] rtcp = rtcp(SSRC, 20);
    byte[] tooTight = Arrays.copyOf(rtcp, rtcp.length + profile.rtcpOverhead() - 1);
    assertThat(SrtpSender.reason(sender.protectRtcp(tooTight, 0, rtcp.length)))
        .isEqualTo(DropReason.OVERSIZED);
  }

  @Test
  void refusesAHeaderThatIsNotAsLongAsItSays() {
    SrtpSender sender = sender(SrtpProfile.AEAD_AES_128_GCM);
    byte[] out = Arrays.copyOf(rtp(SSRC, 1, 0), BUFFER_LENGTH);
    out[0] = (byte) 0x81; // one CSRC: 16 octets
    assertThat(SrtpSender.reason(sender.protectRtp(out, 0, HEADER, 0, new byte[9], 0, 9)))
        .isEqualTo(DropReason.MALFORMED);
    assertThat(SrtpSender.reason(sender.protectRtp(out, 0, HEADER + 8, 0, new byte[9], 0, 9)))
        .isEqualTo(DropReason.MALFORMED);
    assertThat(SrtpSender.reason(sender.protectRtcp(out, 0, 7))).isEqualTo(DropReason.MALFORMED);
  }
}
