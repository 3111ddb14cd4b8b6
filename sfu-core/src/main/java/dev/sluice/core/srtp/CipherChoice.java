package dev.sluice.core.srtp;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which ciphers this process uses, and why: libcrypto's allocate nothing, so they are taken unless
 * they are missing, give a wrong answer, or are slow, which a build that does not use the
 * processor's AES instructions is.
 *
 * @param name for people: the library and its version
 * @param reason a sentence
 */
public record CipherChoice(SrtpCiphers ciphers, String name, String reason) {
  private static final String JDK_NAME =
      "JDK " + System.getProperty("java.version", "") + " (SunJCE)";
  private static final int PACKET_BYTES = 1200;
  private static final int ROUND = 200;

  /**
   * With the processor's AES instructions a kibibyte takes 0.3 µs, without them 4 to 10 µs (OpenSSL
   * 3.0 on one x86-64 processor, with them and without by {@code OPENSSL_ia32cap}).
   */
  private static final double FAST_NANOS_PER_KIBIBYTE = 1_500;

  /** So long, because the JDK's are only fast when they have been compiled. */
  private static final long COMPARISON_NANOS = 500_000_000;

  private static final double TOLERANCE = 1.1;

  /** Whether they are the JDK's. */
  public boolean isJdk() {
    return name.equals(JDK_NAME);
  }

  /**
   * Chooses: in some milliseconds, or in a second where libcrypto turns out to be slow.
   *
   * @param nanoTime the monotonic clock
   */
  public static CipherChoice choose(CipherPreference preference, LongSupplier nanoTime) {
    SrtpCiphers jdk = SrtpCiphers.jdk();
    if (preference == CipherPreference.JDK) {
      return new CipherChoice(jdk, JDK_NAME, "as configured");
    }
    LibcryptoSrtpCiphers libcrypto = LibcryptoSrtpCiphers.load();
    if (libcrypto == null) {
      return new CipherChoice(jdk, JDK_NAME, "libcrypto.so.3 is not installed or may not be used");
    }
    return choose(
        preference,
        jdk,
        libcrypto,
        libcrypto.version(),
        libcrypto.nanosPerKibibyte(nanoTime),
        nanoTime);
  }

  static CipherChoice choose(
      CipherPreference preference,
      SrtpCiphers jdk,
      SrtpCiphers other,
      String otherName,
      double otherNanosPerKibibyte,
      LongSupplier nanoTime) {
    String fault = KnownAnswers.fault(other, jdk);
    if (fault != null) {
      return new CipherChoice(jdk, JDK_NAME, otherName + " gives wrong answers: " + fault);
    }
    if (preference == CipherPreference.LIBCRYPTO) {
      return new CipherChoice(other, otherName, "as configured");
    }
    if (otherNanosPerKibibyte <= FAST_NANOS_PER_KIBIBYTE) {
      return new CipherChoice(
          other, otherName, "%d ns for a KiB".formatted(Math.round(otherNanosPerKibibyte)));
    }
    double jdkNanos = nanosPerPacket(jdk, nanoTime);
    double otherNanos = nanosPerPacket(other, nanoTime);
    String figures =
        "%d ns against the JDK's %d ns for a packet"
            .formatted(Math.round(otherNanos), Math.round(jdkNanos));
    return otherNanos <= jdkNanos * TOLERANCE
        ? new CipherChoice(other, otherName, figures)
        : new CipherChoice(jdk, JDK_NAME, otherName + " is slower: " + figures);
  }

  /** Of the best round, for only that was surely compiled and undisturbed. */
  private static double nanosPerPacket(SrtpCiphers ciphers, LongSupplier nanoTime) {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    SrtpSender sender =
        new SrtpSender(
            profile,
            new byte[profile.keyLength()],
            new byte[profile.saltLength()],
            ciphers,
            /* maxStreams= */ 1);
    byte[] payload = new byte[PACKET_BYTES];
    byte[] packet = new byte[2 * PACKET_BYTES];
    packet[0] = (byte) 0x80;
    int sequence = 0;
    double best = Double.MAX_VALUE;
    long startNanos = nanoTime.getAsLong();
    long nowNanos = startNanos;
    do {
      long roundNanos = nowNanos;
      for (int i = 0; i < ROUND; i++) {
        packet[2] = (byte) (sequence >> 8);
        packet[3] = (byte) sequence;
        sequence = sequence + 1 & 0xFFFF;
        sender.protectRtp(
            packet, 0, SrtpWire.RTP_FIXED_HEADER_LENGTH, 0, payload, 0, payload.length);
      }
      nowNanos = nanoTime.getAsLong();
      best = Math.min(best, (double) (nowNanos - roundNanos) / ROUND);
    } while (nowNanos - startNanos < COMPARISON_NANOS);
    return best;
  }

  /** Answers that are known, and those of two implementations of which each checks the other. */
  static final class KnownAnswers {
    private static final int[] LENGTHS = {0, 1, 15, 16, 17, 64, 100, 1100, 1400};

    private KnownAnswers() {}

    /** What is wrong with some ciphers, or null. */
    static @Nullable String fault(SrtpCiphers candidate, SrtpCiphers trusted) {
      try {
        for (SrtpProfile profile : SrtpProfile.values()) {
          for (int length : LENGTHS) {
            if (!agree(profile, candidate, trusted, length)
                || !agree(profile, trusted, candidate, length)) {
              return profile + " with " + length + " octets";
            }
          }
        }
        return null;
      } catch (RuntimeException | LinkageError failure) {
        return failure.toString();
      }
    }

    /** What one encrypts the other one decrypts, and refuses when a bit has changed. */
    private static boolean agree(SrtpProfile profile, SrtpCiphers a, SrtpCiphers b, int length) {
      byte[] key = ascending(profile.keyLength(), 0x31);
      byte[] salt = ascending(profile.saltLength(), 0xA7);
      SrtpSender sender = new SrtpSender(profile, key, salt, a, 1);
      SrtpReceiver receiver = new SrtpReceiver(profile, key, salt, b, 1);
      int header = SrtpWire.RTP_FIXED_HEADER_LENGTH;
      byte[] payload = ascending(length, length);
      byte[] packet = new byte[header + length + 64];
      packet[0] = (byte) 0x80;
      byte[] plain = new byte[packet.length];
      int size = sender.protectRtp(packet, 0, header, 0, payload, 0, length);
      packet[size - 1] ^= 1;
      boolean refused = receiver.unprotectRtp(packet, 0, size, plain, 0) < 0;
      packet[size - 1] ^= 1;
      boolean same = receiver.unprotectRtp(packet, 0, size, plain, 0) == header + length;
      for (int i = 0; same && i < length; i++) {
        same = plain[header + i] == payload[i];
      }
      byte[] report = ascending(8 + length / 4 * 4 + 64, 3);
      report[0] = (byte) 0x80;
      int reportLength = 8 + length / 4 * 4;
      int reportSize = sender.protectRtcp(report, 0, reportLength);
      return refused
          && same
          && receiver.unprotectRtcp(report, 0, reportSize, new byte[reportSize], 0) == reportLength;
    }

    private static byte[] ascending(int length, int first) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (first + i);
      }
      return bytes;
    }
  }
}
