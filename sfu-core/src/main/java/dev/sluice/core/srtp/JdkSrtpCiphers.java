package dev.sluice.core.srtp;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * SunJCE's ciphers over heap arrays, which is its fast path. One {@link Cipher} lives as long as
 * its key and is initialized anew for each packet; the parameter object of that, and what SunJCE
 * does inside, are the only allocations per packet.
 *
 * <p>SunJCE itself refuses to encrypt twice in a row with one GCM vector: a second line behind the
 * index window of {@link SrtpSender}.
 */
final class JdkSrtpCiphers implements SrtpCiphers {
  /** Named, so that a provider that somebody registers in front does not change the cost. */
  private static final String PROVIDER = "SunJCE";

  private static final int GCM_TAG_BITS = 128;

  @Override
  public AeadCipher gcmEncryption(byte[] key) {
    return new Gcm(key, Cipher.ENCRYPT_MODE);
  }

  @Override
  public AeadCipher gcmDecryption(byte[] key) {
    return new Gcm(key, Cipher.DECRYPT_MODE);
  }

  @Override
  public CounterCipher counterMode(byte[] key) {
    return new CounterMode(key);
  }

  @Override
  public MessageAuthenticator hmacSha1(byte[] key) {
    return new HmacSha1(key);
  }

  private static Cipher cipher(String transformation) {
    try {
      return Cipher.getInstance(transformation, PROVIDER);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK lacks " + transformation, missing);
    }
  }

  private static IllegalStateException misused(GeneralSecurityException cause) {
    return new IllegalStateException("the cipher refused what SRTP never asks for", cause);
  }

  private static final class Gcm implements AeadCipher {
    private final Cipher cipher = cipher("AES/GCM/NoPadding");
    private final Key key;
    private final int mode;

    Gcm(byte[] key, int mode) {
      this.key = new SecretKeySpec(key, "AES");
      this.mode = mode;
    }

    @Override
    public void begin(byte[] initializationVector) {
      try {
        cipher.init(mode, key, new GCMParameterSpec(GCM_TAG_BITS, initializationVector));
      } catch (GeneralSecurityException failure) {
        throw misused(failure);
      }
    }

    @Override
    public void authenticate(byte[] data, int offset, int length) {
      cipher.updateAAD(data, offset, length);
    }

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      try {
        return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
      } catch (AEADBadTagException wrongTag) {
        return WRONG_TAG;
      } catch (GeneralSecurityException failure) {
        throw misused(failure);
      }
    }
  }

  private static final class CounterMode implements CounterCipher {
    private final Cipher cipher = cipher("AES/CTR/NoPadding");
    private final Key key;

    CounterMode(byte[] key) {
      this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    public void apply(
        byte[] counterBlock,
        byte[] input,
        int inputOffset,
        int inputLength,
        byte[] output,
        int outputOffset) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counterBlock));
        cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
      } catch (GeneralSecurityException failure) {
        throw misused(failure);
      }
    }
  }

  private static final class HmacSha1 implements MessageAuthenticator {
    private final Mac mac;

    HmacSha1(byte[] key) {
      try {
        mac = Mac.getInstance("HmacSHA1", PROVIDER);
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
      } catch (GeneralSecurityException missing) {
        throw new IllegalStateException("this JDK lacks HmacSHA1", missing);
      }
    }

    @Override
    public void update(byte[] data, int offset, int length) {
      mac.update(data, offset, length);
    }

    @Override
    public void finish(byte[] code) {
      try {
        mac.doFinal(code, 0);
      } catch (GeneralSecurityException failure) {
        throw misused(failure);
      }
    }
  }
}
