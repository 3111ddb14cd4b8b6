package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.BUFFER_LENGTH;
import static dev.sluice.core.srtp.SrtpPackets.hex;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.rtp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.srtp.SrtpCiphers.AeadCipher;
import dev.sluice.core.srtp.SrtpCiphers.MessageAuthenticator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every implementation of the ciphers, and what libcrypto's promises beyond it. */
class LibcryptoSrtpCiphersTest {
  private static final int HEADER = SrtpWire.RTP_FIXED_HEADER_LENGTH;
  private static final int WARM_UP = 30_000;
  private static final int PACKETS = 20_000;

  /** The JDK's, and libcrypto's where it is installed. */
  static List<Named<SrtpCiphers>> implementations() {
    List<Named<SrtpCiphers>> all = new ArrayList<>();
    all.add(Named.of("JDK", SrtpCiphers.jdk()));
    SrtpCiphers libcrypto = LibcryptoSrtpCiphers.load();
    if (libcrypto != null) {
      all.add(Named.of("libcrypto", libcrypto));
    }
    return all;
  }

  private static LibcryptoSrtpCiphers libcrypto() {
    LibcryptoSrtpCiphers ciphers = LibcryptoSrtpCiphers.load();
    assumeTrue(ciphers != null, "libcrypto.so.3 is not installed");
    return Objects.requireNonNull(ciphers);
  }

  @Test
  void namesItsVersion() {
    assertThat(libcrypto().version()).startsWith("OpenSSL 3.");
  }

  @ParameterizedTest
  @EnumSource
  void writesTheSameBytesAsTheJdk(SrtpProfile profile) {
    long seed = 20_261_121;
    Random random = new Random(seed);
    SrtpSender jdk = sender(profile);
    SrtpSender other = sender(profile, libcrypto());
    for (int sequence = 0; sequence < 300; sequence++) {
      byte[] payload = new byte[random.nextInt(1400)];
      random.nextBytes(payload);
      byte[] expected = Arrays.copyOf(rtp(7, sequence, 20), BUFFER_LENGTH);
      byte[] actual = expected.clone();
      int prefix = random.nextInt(20);

      int length = jdk.protectRtp(expected, 0, HEADER, prefix, payload, 0, payload.length);

      assertThat(other.protectRtp(actual, 0, HEADER, prefix, payload, 0, payload.length))
          .isEqualTo(length);
      assertThat(actual).as("packet %d, seed %d", sequence, seed).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void leavesNoPlaintextBehindAWrongTag(SrtpCiphers ciphers) {
    byte[] key = new byte[16];
    byte[] vector = new byte[12];
    byte[] plain = new byte[100];
    Arrays.fill(plain, (byte) 0x77);
    byte[] sealed = new byte[116];
    AeadCipher encryption = ciphers.gcmEncryption(key);
    encryption.begin(vector);
    encryption.finish(plain, 0, plain.length, sealed, 0);
    sealed[115] ^= 1;
    byte[] out = new byte[116];
    AeadCipher decryption = ciphers.gcmDecryption(key);
    decryption.begin(vector);

    assertThat(decryption.finish(sealed, 0, sealed.length, out, 0)).isEqualTo(AeadCipher.WRONG_TAG);

    assertThat(out).doesNotContain(0x77);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void goesOnAfterAWrongTag(SrtpCiphers ciphers) {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    SrtpReceiver receiver = receiver(profile, ciphers);
    byte[] packet = Arrays.copyOf(rtp(7, 1, 20), BUFFER_LENGTH);
    int length = sender(profile).protectRtp(packet, 0, HEADER, 0, new byte[50], 0, 50);
    packet[length - 1] ^= 1;
    assertThat(receiver.unprotectRtp(packet, 0, length, new byte[200], 0)).isNegative();
    packet[length - 1] ^= 1;

    assertThat(receiver.unprotectRtp(packet, 0, length, new byte[200], 0)).isEqualTo(HEADER + 50);
  }

  @ParameterizedTest(name = "RFC 2202, {0}")
  @MethodSource("implementations")
  void makesTheCodesOfRfc2202(SrtpCiphers ciphers) {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    MessageAuthenticator hmac = ciphers.hmacSha1(key);
    byte[] code = new byte[20];
    byte[] data = {'H', 'i', ' ', 'T', 'h', 'e', 'r', 'e'};
    // Twice, for a code begins the next message, and in pieces.
    for (int split = 0; split < data.length; split += 5) {
      hmac.update(data, 0, split);
      hmac.update(data, split, data.length - split);
      hmac.finish(code);
      assertThat(code).isEqualTo(hex("b617318655057264e28bc0b6fb378c8ef146be00"));
    }
  }

  @Test
  void aWrongLengthIsAnExceptionAndNoWildWrite() {
    SrtpCiphers ciphers = libcrypto();
    byte[] key = new byte[16];
    AeadCipher cipher = ciphers.gcmEncryption(key);
    cipher.begin(new byte[12]);
    byte[] small = new byte[20];

    assertThatThrownBy(() -> cipher.finish(small, 0, 20, small, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cipher.finish(new byte[2049], 0, 2049, new byte[2065], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cipher.authenticate(small, 15, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ciphers.counterMode(key).apply(new byte[15], small, 0, 5, small, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ciphers.hmacSha1(key).finish(new byte[19]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @EnumSource
  void allocatesNothingPerPacket(SrtpProfile profile) {
    SrtpSender sender = sender(profile, libcrypto());
    SrtpReceiver receiver = receiver(profile, libcrypto());
    byte[] payload = new byte[1000];
    byte[] packet = Arrays.copyOf(rtp(7, 0, 20), BUFFER_LENGTH);
    byte[] report = Arrays.copyOf(rtcp(7, 40), BUFFER_LENGTH);
    byte[] out = new byte[BUFFER_LENGTH];
    // Method handles make objects until they are compiled.
    int accepted = run(sender, receiver, packet, report, payload, out, 0, WARM_UP);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();

    long before = threads.getCurrentThreadAllocatedBytes();
    accepted += run(sender, receiver, packet, report, payload, out, WARM_UP, WARM_UP + PACKETS);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(accepted).isEqualTo(2 * (WARM_UP + PACKETS));
    assertThat(allocated).as("octets for %d packets", 2 * PACKETS).isLessThan(10L * PACKETS);
  }

  private static int run(
      SrtpSender sender,
      SrtpReceiver receiver,
      byte[] packet,
      byte[] report,
      byte[] payload,
      byte[] out,
      int from,
      int to) {
    int accepted = 0;
    for (int sequence = from; sequence < to; sequence++) {
      packet[2] = (byte) (sequence >> 8);
      packet[3] = (byte) sequence;
      int length = sender.protectRtp(packet, 0, HEADER, 0, payload, 0, payload.length);
      accepted += receiver.unprotectRtp(packet, 0, length, out, 0) > 0 ? 1 : 0;
      length = sender.protectRtcp(report, 0, 48);
      accepted += receiver.unprotectRtcp(report, 0, length, out, 0) > 0 ? 1 : 0;
    }
    return accepted;
  }
}
