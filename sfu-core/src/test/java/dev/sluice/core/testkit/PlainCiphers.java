package dev.sluice.core.testkit;

import dev.sluice.core.srtp.SrtpCiphers;

/**
 * Ciphers that copy instead of encrypting and allocate nothing: what remains of a measurement with
 * them is the cost of everything else. For AES-GCM; keys are derived with the real ciphers.
 */
public final class PlainCiphers implements SrtpCiphers {
  private static final int TAG_LENGTH = 16;

  private final SrtpCiphers real = SrtpCiphers.jdk();

  @Override
  public AeadCipher gcmEncryption(byte[] key) {
    return new Copy(TAG_LENGTH);
  }

  @Override
  public AeadCipher gcmDecryption(byte[] key) {
    return new Copy(-TAG_LENGTH);
  }

  @Override
  public CounterCipher counterMode(byte[] key) {
    return real.counterMode(key);
  }

  @Override
  public MessageAuthenticator hmacSha1(byte[] key) {
    return real.hmacSha1(key);
  }

  private static final class Copy implements AeadCipher {
    private final int growth;

    Copy(int growth) {
      this.growth = growth;
    }

    @Override
    public void begin(byte[] initializationVector) {}

    @Override
    public void authenticate(byte[] data, int offset, int length) {}

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      int copied = Math.min(inputLength, inputLength + growth);
      System.arraycopy(input, inputOffset, output, outputOffset, copied);
      return inputLength + growth;
    }
  }
}
