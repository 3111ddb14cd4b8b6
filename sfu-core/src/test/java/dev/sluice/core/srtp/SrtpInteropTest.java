package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.BUFFER_LENGTH;
import static dev.sluice.core.srtp.SrtpPackets.protectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.protectRtp;
import static dev.sluice.core.srtp.SrtpPackets.randomRtp;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtp;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Another implementation, jitsi-srtp, at the other end, from the master keys on: random packets
 * with CSRCs and header extensions, through two rollovers.
 */
@Tag("S1")
class SrtpInteropTest {
  private static final int SSRC = 0x8001_FFFE;
  private static final int PACKETS = 600;
  private static final long SEED = 42;

  @ParameterizedTest
  @EnumSource
  void jitsiDecryptsWhatWeProtect(SrtpProfile profile) throws GeneralSecurityException {
    Random random = new Random(SEED);
    SrtpSender sender = sender(profile);
    SrtpContextFactory jitsi = jitsi(profile, false);
    SrtpCryptoContext context = jitsi.deriveContext(SSRC, 0);
    SrtcpCryptoContext control = jitsi.deriveControlContext(SSRC);
    int index = 65_400;
    for (int i = 0; i < PACKETS; i++) {
      index += 1 + random.nextInt(400);
      byte[] rtp = randomRtp(random, SSRC, index & 0xFFFF);
      JitsiPacket srtp = new JitsiPacket(protectRtp(sender, rtp));
      assertThat(context.reverseTransformPacket(srtp, false))
          .as("seed %d, packet %d", SEED, i)
          .isEqualTo(SrtpErrorStatus.OK);
      assertThat(srtp.octets()).as("seed %d, packet %d", SEED, i).isEqualTo(rtp);

      byte[] rtcp = rtcp(SSRC, 4 * random.nextInt(100));
      JitsiPacket srtcp = new JitsiPacket(protectRtcp(sender, rtcp));
      assertThat(control.reverseTransformPacket(srtcp)).isEqualTo(SrtpErrorStatus.OK);
      assertThat(srtcp.octets()).as("seed %d, RTCP packet %d", SEED, i).isEqualTo(rtcp);
    }
    assertThat(index).as("the rollover counter at the end").isGreaterThan(2 << 16);
  }

  @ParameterizedTest
  @EnumSource
  void weDecryptWhatJitsiProtects(SrtpProfile profile) throws GeneralSecurityException {
    Random random = new Random(SEED);
    SrtpReceiver receiver = receiver(profile);
    SrtpContextFactory jitsi = jitsi(profile, true);
    SrtpCryptoContext context = jitsi.deriveContext(SSRC, 0);
    SrtcpCryptoContext control = jitsi.deriveControlContext(SSRC);
    int index = 65_400;
    for (int i = 0; i < PACKETS; i++) {
      index += 1 + random.nextInt(400);
      byte[] rtp = randomRtp(random, SSRC, index & 0xFFFF);
      JitsiPacket srtp = new JitsiPacket(rtp);
      assertThat(context.transformPacket(srtp)).isEqualTo(SrtpErrorStatus.OK);
      assertThat(srtp.getLength()).isEqualTo(rtp.length + profile.rtpTagLength());
      assertThat(unprotectRtp(receiver, srtp.octets()))
          .as("seed %d, packet %d", SEED, i)
          .isEqualTo(rtp);

      byte[] rtcp = rtcp(SSRC, 4 * random.nextInt(100));
      JitsiPacket srtcp = new JitsiPacket(rtcp);
      assertThat(control.transformPacket(srtcp)).isEqualTo(SrtpErrorStatus.OK);
      assertThat(srtcp.getLength()).isEqualTo(rtcp.length + profile.rtcpOverhead());
      assertThat(unprotectRtcp(receiver, srtcp.octets()))
          .as("seed %d, RTCP packet %d", SEED, i)
          .isEqualTo(rtcp);
    }
    assertThat(index).as("the rollover counter at the end").isGreaterThan(2 << 16);
  }

  private static SrtpContextFactory jitsi(SrtpProfile profile, boolean sends) {
    int keyLength = profile.keyLength();
    int saltLength = profile.saltLength();
    SrtpPolicy policy =
        profile == SrtpProfile.AES128_CM_HMAC_SHA1_80
            ? new SrtpPolicy(
                SrtpPolicy.AESCM_ENCRYPTION,
                keyLength,
                SrtpPolicy.HMACSHA1_AUTHENTICATION,
                20,
                10,
                saltLength)
            : new SrtpPolicy(
                SrtpPolicy.AESGCM_ENCRYPTION,
                keyLength,
                SrtpPolicy.NULL_AUTHENTICATION,
                0,
                16,
                saltLength);
    return new SrtpContextFactory(
        sends,
        SrtpPackets.key(profile),
        SrtpPackets.salt(profile),
        policy,
        policy,
        new LoggerImpl(SrtpInteropTest.class.getName()));
  }

  /** The growing packet that jitsi-srtp works on. */
  private static final class JitsiPacket implements ByteArrayBuffer {
    private final byte[] buffer;
    private int offset;
    private int length;

    JitsiPacket(byte[] packet) {
      buffer = Arrays.copyOf(packet, BUFFER_LENGTH);
      length = packet.length;
    }

    byte[] octets() {
      return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    @Override
    public byte[] getBuffer() {
      return buffer;
    }

    @Override
    public int getOffset() {
      return offset;
    }

    @Override
    public int getLength() {
      return length;
    }

    @Override
    public void setLength(int length) {
      this.length = length;
    }

    @Override
    public void setOffset(int offset) {
      this.offset = offset;
    }

    @Override
    public boolean isInvalid() {
      return false;
    }

    @Override
    public void readRegionToBuff(int from, int count, byte[] out) {
      System.arraycopy(buffer, offset + from, out, 0, count);
    }

    @Override
    public void grow(int count) {
      assertThat(offset + length + count).isLessThanOrEqualTo(buffer.length);
    }

    @Override
    public void append(byte[] data, int count) {
      System.arraycopy(data, 0, buffer, offset + length, count);
      length += count;
    }

    @Override
    public void shrink(int count) {
      length -= count;
    }
  }
}
