package dev.sluice.core.srtp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The JDK's ciphers with a note of each keystream they were asked for: the key and the vector. It
 * stands where the packets leave, so it sees what was really encrypted, whatever was meant.
 */
final class RecordingCiphers implements SrtpCiphers {
  private final SrtpCiphers jdk = SrtpCiphers.jdk();
  private final Set<String> keystreams = new HashSet<>();
  private final List<String> repeated = new ArrayList<>();
  private int failuresToCome;

  /** How many packets reached a cipher. */
  int count() {
    return keystreams.size() + repeated.size();
  }

  /** The keystreams that were used more than once. */
  List<String> repeated() {
    return repeated;
  }

  /** Forgets what key derivation used. */
  void reset() {
    keystreams.clear();
    repeated.clear();
  }

  /** Makes the next packet fail inside the cipher. */
  void failOnce() {
    failuresToCome = 1;
  }

  @Override
  public AeadCipher gcmEncryption(byte[] key) {
    return new RecordingAead(jdk.gcmEncryption(key), HexFormat.of().formatHex(key));
  }

  @Override
  public AeadCipher gcmDecryption(byte[] key) {
    return new RecordingAead(jdk.gcmDecryption(key), HexFormat.of().formatHex(key));
  }

  @Override
  public CounterCipher counterMode(byte[] key) {
    CounterCipher cipher = jdk.counterMode(key);
    String keyDigits = HexFormat.of().formatHex(key);
    return (counterBlock, input, inputOffset, inputLength, output, outputOffset) -> {
      record(keyDigits, counterBlock);
      cipher.apply(counterBlock, input, inputOffset, inputLength, output, outputOffset);
    };
  }

  @Override
  public MessageAuthenticator hmacSha1(byte[] key) {
    return jdk.hmacSha1(key);
  }

  private void record(String key, byte[] vector) {
    String keystream = key + '/' + HexFormat.of().formatHex(vector);
    if (!keystreams.add(keystream)) {
      repeated.add(keystream);
    }
    if (failuresToCome > 0) {
      failuresToCome--;
      throw new IllegalStateException("the test wants the cipher to fail");
    }
  }

  private final class RecordingAead implements AeadCipher {
    private final AeadCipher cipher;
    private final String key;

    RecordingAead(AeadCipher cipher, String key) {
      this.cipher = cipher;
      this.key = key;
    }

    @Override
    public void begin(byte[] initializationVector) {
      record(key, initializationVector);
      cipher.begin(initializationVector);
    }

    @Override
    public void authenticate(byte[] data, int offset, int length) {
      cipher.authenticate(data, offset, length);
    }

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      return cipher.finish(input, inputOffset, inputLength, output, outputOffset);
    }
  }
}
