package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.BUFFER_LENGTH;
import static dev.sluice.core.srtp.SrtpPackets.MAX_STREAMS;
import static dev.sluice.core.srtp.SrtpPackets.protectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.protectRtp;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.resultOfRtcp;
import static dev.sluice.core.srtp.SrtpPackets.resultOfRtp;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.rtp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.core.media.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpReceiverTest {
  private static final int SSRC = 0x0BAD_CAFE;

  @Tag("S2")
  @ParameterizedTest
  @EnumSource
  void refusesAThousandReplayedPackets(SrtpProfile profile) {
    RecordingCiphers ciphers = new RecordingCiphers();
    SrtpReceiver receiver = receiver(profile, ciphers);
    List<byte[]> packets = protectedStream(sender(profile), 65_000, 1000);
    packets.forEach(packet -> unprotectRtp(receiver, packet));
    ciphers.reset();

    for (byte[] packet : packets) {
      int result = resultOfRtp(receiver, packet);
      assertThat(result).isNegative();
      assertThat(SrtpReceiver.reason(result)).isEqualTo(DropReason.REPLAYED);
    }
    assertThat(ciphers.count()).as("replays that reached the cipher").isZero();
  }

  @Tag("S2")
  @ParameterizedTest
  @EnumSource
  void refusesAThousandReplayedRtcpPackets(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      packets.add(protectRtcp(sender, rtcp(SSRC, 20)));
    }
    packets.forEach(packet -> unprotectRtcp(receiver, packet));

    assertThat(packets)
        .allSatisfy(
            packet ->
                assertThat(resultOfRtcp(receiver, packet))
                    .isEqualTo(DropCode.of(DropReason.REPLAYED)));
  }

  @Tag("S2")
  @ParameterizedTest
  @EnumSource
  void acceptsAnyOrderInsideTheWindowAlsoAcrossRollover(SrtpProfile profile) {
    long seed = 20;
    // Period 0 has to be known before the shuffled packets of period 1 can come first.
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    unprotectRtp(receiver, protectRtp(sender, rtp(SSRC, 65_000, 40)));
    List<byte[]> packets = protectedStream(sender, 65_001, IndexWindow.SIZE);
    Collections.shuffle(packets, new Random(seed));

    for (byte[] packet : packets) {
      assertThat(resultOfRtp(receiver, packet)).as("seed %d", seed).isPositive();
    }
    for (byte[] packet : packets) {
      assertThat(resultOfRtp(receiver, packet))
          .as("seed %d", seed)
          .isEqualTo(DropCode.of(DropReason.REPLAYED));
    }
  }

  @Tag("S2")
  @ParameterizedTest
  @EnumSource
  void refusesWhatIsOlderThanTheWindow(SrtpProfile profile) {
    List<byte[]> packets = protectedStream(sender(profile), 100, IndexWindow.SIZE + 1);
    SrtpReceiver receiver = receiver(profile);
    unprotectRtp(receiver, packets.getLast());

    assertThat(resultOfRtp(receiver, packets.getFirst()))
        .isEqualTo(DropCode.of(DropReason.TOO_OLD));
    assertThat(resultOfRtp(receiver, packets.get(1))).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void followsTheSenderThroughManyRollovers(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    for (int index = 0xFFFF; index < 6 << 16; index += 0x7FFF) {
      byte[] packet = rtp(SSRC, index & 0xFFFF, 60);
      assertThat(unprotectRtp(receiver, protectRtp(sender, packet))).isEqualTo(packet);
    }
  }

  /**
   * RFC 3711 §3.3.1 takes the nearer period, so what is lost beyond half the space ends a stream.
   */
  @Test
  void takesAJumpBeyondHalfTheSequenceSpaceForAnOldPacket() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    for (int index : new int[] {0, 30_000, 60_000, 70_000}) {
      unprotectRtp(receiver, protectRtp(sender, rtp(SSRC, index & 0xFFFF, 10)));
    }
    protectRtp(sender, rtp(SSRC, 95_000 & 0xFFFF, 10)); // lost
    byte[] afterTheGap = protectRtp(sender, rtp(SSRC, 110_000 & 0xFFFF, 10));
    byte[] nearer = protectRtp(sender, rtp(SSRC, 109_999 & 0xFFFF, 10));
    SrtpReceiver other = receiver(profile);

    assertThat(resultOfRtp(receiver, afterTheGap)).isEqualTo(DropCode.of(DropReason.TOO_OLD));
    assertThat(resultOfRtp(receiver, protectRtp(sender, rtp(SSRC, 110_001 & 0xFFFF, 10))))
        .isEqualTo(DropCode.of(DropReason.TOO_OLD));
    assertThat(resultOfRtp(other, nearer))
        .as("a receiver that starts in period 1 cannot know")
        .isEqualTo(DropCode.of(DropReason.AUTHENTICATION_FAILED));
  }

  @ParameterizedTest
  @EnumSource
  void givesStateOnlyToStreamsUpToItsBound(SrtpProfile profile) {
    SrtpSender sender =
        new SrtpSender(
            profile, SrtpPackets.key(profile), SrtpPackets.salt(profile), SrtpCiphers.jdk(), 100);
    SrtpReceiver receiver = receiver(profile);
    for (int ssrc = 0; ssrc < MAX_STREAMS; ssrc++) {
      unprotectRtp(receiver, protectRtp(sender, rtp(ssrc, 7, 10)));
      unprotectRtcp(receiver, protectRtcp(sender, rtcp(ssrc, 20)));
    }
    byte[] oneMore = protectRtp(sender, rtp(MAX_STREAMS, 7, 10));

    assertThat(resultOfRtp(receiver, oneMore)).isEqualTo(DropCode.of(DropReason.TOO_MANY_STREAMS));
    assertThat(resultOfRtcp(receiver, protectRtcp(sender, rtcp(MAX_STREAMS, 20))))
        .isEqualTo(DropCode.of(DropReason.TOO_MANY_STREAMS));
    assertThat(resultOfRtp(receiver, protectRtp(sender, rtp(3, 8, 10)))).isPositive();
    assertThat(receiver.streamCount()).isEqualTo(2 * MAX_STREAMS);
  }

  @ParameterizedTest
  @EnumSource
  void decryptsInPlaceAndAtOffsets(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    byte[] rtp = rtp(SSRC, 1, 333);
    byte[] rtcp = rtcp(SSRC, 72);
    byte[] buffer = new byte[BUFFER_LENGTH];

    byte[] srtp = protectRtp(sender, rtp);
    System.arraycopy(srtp, 0, buffer, 11, srtp.length);
    int rtpLength = receiver.unprotectRtp(buffer, 11, srtp.length, buffer, 11);
    assertThat(Arrays.copyOfRange(buffer, 11, 11 + rtpLength)).isEqualTo(rtp);

    byte[] srtcp = protectRtcp(sender, rtcp);
    System.arraycopy(srtcp, 0, buffer, 13, srtcp.length);
    int rtcpLength = receiver.unprotectRtcp(buffer, 13, srtcp.length, buffer, 13);
    assertThat(Arrays.copyOfRange(buffer, 13, 13 + rtcpLength)).isEqualTo(rtcp);

    byte[] next = protectRtp(sender, rtp(SSRC, 2, 50));
    System.arraycopy(next, 0, buffer, 17, next.length);
    byte[] out = new byte[BUFFER_LENGTH];
    int length = receiver.unprotectRtp(buffer, 17, next.length, out, 3);
    assertThat(Arrays.copyOfRange(out, 3, 3 + length)).isEqualTo(rtp(SSRC, 2, 50));
    assertThat(Arrays.copyOf(out, 3)).containsOnly(0);
    assertThat(Arrays.copyOfRange(out, 3 + length, out.length)).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheInputAlone(SrtpProfile profile) {
    byte[] packet = protectRtp(sender(profile), rtp(SSRC, 1, 100));
    byte[] before = packet.clone();
    unprotectRtp(receiver(profile), packet);
    assertThat(packet).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void needsRoomForThePlainPacketAndNoMore(SrtpProfile profile) {
    SrtpSender sender = sender(profile);
    SrtpReceiver receiver = receiver(profile);
    byte[] rtp = rtp(SSRC, 1, 33);
    byte[] srtp = protectRtp(sender, rtp);
    byte[] rtcp = rtcp(SSRC, 24);
    byte[] srtcp = protectRtcp(sender, rtcp);

    assertThat(receiver.unprotectRtp(srtp, 0, srtp.length, new byte[rtp.length - 1], 0))
        .isEqualTo(DropCode.of(DropReason.OVERSIZED));
    assertThat(receiver.unprotectRtp(srtp, 0, srtp.length, new byte[rtp.length], 0))
        .isEqualTo(rtp.length);
    assertThat(receiver.unprotectRtcp(srtcp, 0, srtcp.length, new byte[rtcp.length - 1], 0))
        .isEqualTo(DropCode.of(DropReason.OVERSIZED));
    assertThat(receiver.unprotectRtcp(srtcp, 0, srtcp.length, new byte[rtcp.length], 0))
        .isEqualTo(rtcp.length);
  }

  @ParameterizedTest
  @EnumSource
  void acceptsRtcpThatIsAuthenticatedButNotEncrypted(SrtpProfile profile) {
    byte[] rtcp = rtcp(SSRC, 24);
    byte[] packet = authenticatedOnly(profile, rtcp, 12);
    SrtpReceiver receiver = receiver(profile);

    assertThat(unprotectRtcp(receiver, packet)).isEqualTo(rtcp);
    assertThat(resultOfRtcp(receiver, packet)).isEqualTo(DropCode.of(DropReason.REPLAYED));

    byte[] inPlace = authenticatedOnly(profile, rtcp, 13);
    assertThat(receiver.unprotectRtcp(inPlace, 0, inPlace.length, inPlace, 0))
        .isEqualTo(rtcp.length);
    assertThat(Arrays.copyOf(inPlace, rtcp.length)).isEqualTo(rtcp);

    byte[] forged = authenticatedOnly(profile, rtcp, 14);
    forged[10] ^= 1;
    assertThat(resultOfRtcp(receiver, forged))
        .isEqualTo(DropCode.of(DropReason.AUTHENTICATION_FAILED));
  }

  @Test
  void tellsTheReasonOfEveryDrop() {
    for (DropReason reason : DropReason.values()) {
      assertThat(SrtpReceiver.reason(DropCode.of(reason))).isEqualTo(reason);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> SrtpReceiver.reason(0));
  }

  /** Tags a packet by hand, without the E flag, which {@link SrtpSender} never does. */
  private static byte[] authenticatedOnly(SrtpProfile profile, byte[] rtcp, int index) {
    SrtpCiphers ciphers = SrtpCiphers.jdk();
    SessionKeys keys =
        SessionKeys.derive(profile, SrtpPackets.key(profile), SrtpPackets.salt(profile), ciphers);
    byte[] packet = Arrays.copyOf(rtcp, rtcp.length + profile.rtcpOverhead());
    int indexAt = packet.length - profile.rtcpIndexFromEnd();
    SrtpWire.writeInt(packet, indexAt, index);
    if (profile.isAead()) {
      byte[] vector = new byte[12];
      SrtpWire.writeVector(vector, keys.rtcpSalt(), 2, SSRC, index);
      SrtpCiphers.AeadCipher cipher = ciphers.gcmEncryption(keys.rtcpKey());
      cipher.begin(vector);
      cipher.authenticate(packet, 0, rtcp.length);
      cipher.authenticate(packet, indexAt, 4);
      cipher.finish(new byte[0], 0, 0, packet, rtcp.length);
    } else {
      byte[] code = new byte[20];
      SrtpCiphers.MessageAuthenticator hmac = ciphers.hmacSha1(keys.rtcpAuthenticationKey());
      hmac.update(packet, 0, indexAt + 4);
      hmac.finish(code);
      System.arraycopy(code, 0, packet, indexAt + 4, 10);
    }
    return packet;
  }

  private static List<byte[]> protectedStream(SrtpSender sender, int firstIndex, int count) {
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      packets.add(protectRtp(sender, rtp(SSRC, (firstIndex + i) & 0xFFFF, 40)));
    }
    return packets;
  }
}
