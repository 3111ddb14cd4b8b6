package dev.sluice.core.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class CipherChoiceTest {
  private final SrtpCiphers jdk = SrtpCiphers.jdk();

  @Test
  void takesTheJdksWhenItIsTold() {
    CipherChoice choice = CipherChoice.choose(CipherPreference.JDK, System::nanoTime);

    assertThat(choice.name()).contains("SunJCE");
    assertThat(choice.reason()).isEqualTo("as configured");
  }

  @Test
  void takesWhatAnswersRightAndIsAsFast() {
    SrtpCiphers other = new RecordingCiphers();

    CipherChoice choice = choose(other, steady());

    assertThat(choice.ciphers()).isSameAs(other);
    assertThat(choice.name()).isEqualTo("other");
    assertThat(choice.reason()).contains("ns against");
  }

  @Test
  void doesNotTakeWhatGivesWrongAnswers() {
    CipherChoice choice = choose(new OneBitOff(jdk), steady());

    assertThat(choice.ciphers()).isSameAs(jdk);
    assertThat(choice.reason()).contains("wrong answers");
  }

  @Test
  void doesNotTakeWhatIsSlower() {
    AtomicLong calls = new AtomicLong();
    // The JDK's are measured first: seven readings of the clock, then each takes five times as
    // long.
    LongSupplier clock =
        () -> {
          long call = calls.getAndIncrement();
          return call < 7 ? call * 10_000_000 : 60_000_000 + (call - 6) * 50_000_000;
        };

    CipherChoice choice = choose(new RecordingCiphers(), clock);

    assertThat(choice.ciphers()).isSameAs(jdk);
    assertThat(choice.reason()).contains("slower");
  }

  @Test
  void findsNothingWrongWithLibcrypto() {
    SrtpCiphers libcrypto = LibcryptoSrtpCiphers.load();

    assertThat(libcrypto == null ? null : CipherChoice.KnownAnswers.fault(libcrypto, jdk)).isNull();
  }

  private CipherChoice choose(SrtpCiphers other, LongSupplier clock) {
    return CipherChoice.choose(CipherPreference.AUTO, jdk, other, "other", clock);
  }

  private static LongSupplier steady() {
    AtomicLong now = new AtomicLong();
    return () -> now.getAndAdd(10_000_000);
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
