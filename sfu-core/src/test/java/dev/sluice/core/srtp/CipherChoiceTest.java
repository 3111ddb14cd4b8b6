package dev.sluice.core.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class CipherChoiceTest {
  private static final double FAST = 400;
  private static final double SLOW = 5_000;

  private final SrtpCiphers jdk = SrtpCiphers.jdk();

  @Test
  void takesTheJdksWhenItIsTold() {
    CipherChoice choice = CipherChoice.choose(CipherPreference.JDK, System::nanoTime);

    assertThat(choice.name()).contains("SunJCE");
    assertThat(choice.reason()).isEqualTo("as configured");
  }

  @Test
  void takesWhatAnswersRightAndIsFastWithoutAComparison() {
    SrtpCiphers other = new RecordingCiphers();
    RoundClock clock = new RoundClock();

    CipherChoice choice = choose(other, FAST, clock);

    assertThat(choice.ciphers()).isSameAs(other);
    assertThat(choice.name()).isEqualTo("other");
    assertThat(choice.reason()).isEqualTo("400 ns for a KiB");
    assertThat(clock.readings).isZero();
  }

  @Test
  void takesWhatIsSlowWhereTheJdksAreAsSlow() {
    SrtpCiphers other = new RecordingCiphers();

    CipherChoice choice = choose(other, SLOW, new RoundClock());

    assertThat(choice.ciphers()).isSameAs(other);
    assertThat(choice.reason()).isEqualTo("50000 ns against the JDK's 50000 ns for a packet");
  }

  @Test
  void doesNotTakeWhatGivesWrongAnswers() {
    CipherChoice choice = choose(new OneBitOff(jdk), FAST, new RoundClock());

    assertThat(choice.ciphers()).isSameAs(jdk);
    assertThat(choice.reason()).contains("wrong answers");
  }

  @Test
  void doesNotTakeWhatIsSlower() {
    RoundClock clock = new RoundClock();
    clock.slowerAfter = 1 + 50; // the JDK's are measured first

    CipherChoice choice = choose(new RecordingCiphers(), SLOW, clock);

    assertThat(choice.ciphers()).isSameAs(jdk);
    assertThat(choice.reason())
        .isEqualTo("other is slower: 250000 ns against the JDK's 50000 ns for a packet");
  }

  @Test
  void saysWhatLibcryptoTakesForAKibibyte() {
    LibcryptoSrtpCiphers libcrypto = LibcryptoSrtpCiphers.load();
    assumeTrue(libcrypto != null, "libcrypto is not installed");
    AtomicLong now = new AtomicLong();

    // A clock that advances by 64 µs at each reading, whatever lies between.
    assertThat(libcrypto.nanosPerKibibyte(() -> now.getAndAdd(64_000))).isEqualTo(1000);
  }

  @Test
  void findsNothingWrongWithLibcrypto() {
    SrtpCiphers libcrypto = LibcryptoSrtpCiphers.load();

    assertThat(libcrypto == null ? null : CipherChoice.KnownAnswers.fault(libcrypto, jdk)).isNull();
  }

  private CipherChoice choose(SrtpCiphers other, double nanosPerKibibyte, LongSupplier clock) {
    return CipherChoice.choose(CipherPreference.AUTO, jdk, other, "other", nanosPerKibibyte, clock);
  }

  /** Each reading is one round of 200 packets later. */
  private static final class RoundClock implements LongSupplier {
    private static final long ROUND_NANOS = 10_000_000;

    private long nowNanos;
    int readings;
    int slowerAfter = Integer.MAX_VALUE;

    @Override
    public long getAsLong() {
      nowNanos += readings++ < slowerAfter ? ROUND_NANOS : 5 * ROUND_NANOS;
      return nowNanos;
    }
  }

  /** GCM that flips a bit of the ciphertext. */
  private record OneBitOff(SrtpCiphers real) implements SrtpCiphers {
    @Override
    public AeadCipher gcmEncryption(byte[] key) {
      AeadCipher cipher = real.gcmEncryption(key);
      return new AeadCipher() {
        @Override
        public void begin(byte[] initializationVector) {
          cipher.begin(initializationVector);
        }

        @Override
        public void authenticate(byte[] data, int offset, int length) {
          cipher.authenticate(data, offset, length);
        }

        @Override
        public int finish(byte[] input, int inputAt, int length, byte[] output, int outputAt) {
          int written = cipher.finish(input, inputAt, length, output, outputAt);
          output[outputAt] ^= 1;
          return written;
        }
      };
    }

    @Override
    public AeadCipher gcmDecryption(byte[] key) {
      return real.gcmDecryption(key);
    }

    @Override
    public CounterCipher counterMode(byte[] key) {
      return real.counterMode(key);
    }

    @Override
    public MessageAuthenticator hmacSha1(byte[] key) {
      return real.hmacSha1(key);
    }
  }
}
