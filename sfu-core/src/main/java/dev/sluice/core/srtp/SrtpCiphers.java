package dev.sluice.core.srtp;

/**
 * The seam behind which the ciphers stand: it makes the three primitives that SRTP is built from.
 * Everything that the RFCs say about packets (initialization vectors, what is authenticated, which
 * index) is on this side of the seam, so another implementation cannot get it wrong.
 *
 * <p>All that one instance makes belongs to one thread and is used for one packet after the other;
 * another thread has {@link #forAnotherThread}. There is no close: an implementation with native
 * memory frees it when the cipher becomes unreachable. Inputs are never modified except where input
 * and output are the same place.
 */
public interface SrtpCiphers {

  /** The ciphers of the JDK (SunJCE), which the JVM compiles to AES instructions. */
  static SrtpCiphers jdk() {
    return new JdkSrtpCiphers();
  }

  /** The same ciphers for what belongs to another thread. Any thread. */
  default SrtpCiphers forAnotherThread() {
    return this;
  }

  /** AES-GCM that encrypts, with a tag of 16 octets. The key has 16 or 32 octets. */
  AeadCipher gcmEncryption(byte[] key);

  /** AES-GCM that decrypts, with a tag of 16 octets. The key has 16 or 32 octets. */
  AeadCipher gcmDecryption(byte[] key);

  /** AES in counter mode, both ways. The key has 16 or 32 octets. */
  CounterCipher counterMode(byte[] key);

  /** HMAC-SHA1 with its full output of 20 octets. */
  MessageAuthenticator hmacSha1(byte[] key);

  /**
   * AES-GCM under one key in one direction. Per packet: {@link #begin}, {@link #authenticate} for
   * each piece of the associated data, {@link #finish}.
   */
  interface AeadCipher {
    /** What {@link #finish} returns when the tag does not match. */
    int WRONG_TAG = -1;

    /** Starts a packet. The vector has 12 octets and may change after {@link #finish}. */
    void begin(byte[] initializationVector);

    /** Adds associated data. */
    void authenticate(byte[] data, int offset, int length);

    /**
     * Encrypts the input and appends the tag, or checks the tag at the end of the input and
     * decrypts what is before it. Input and output may be the same array at the same offset. After
     * a wrong tag the output is undefined, but holds no plaintext.
     *
     * @return the number of octets written, or {@link #WRONG_TAG}
     */
    int finish(byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset);

    /**
     * Encrypts as {@link #finish} does, a plaintext whose first part is already where the output
     * goes. The input does not overlap it.
     *
     * @param firstLength octets of plaintext at {@code output[outputOffset..]}, possibly none
     * @return the number of octets written
     */
    default int finishBehind(
        int firstLength,
        byte[] input,
        int inputOffset,
        int inputLength,
        byte[] output,
        int outputOffset) {
      if (firstLength == 0) {
        return finish(input, inputOffset, inputLength, output, outputOffset);
      }
      System.arraycopy(input, inputOffset, output, outputOffset + firstLength, inputLength);
      return finish(output, outputOffset, firstLength + inputLength, output, outputOffset);
    }
  }

  /** AES counter mode under one key. */
  interface CounterCipher {
    /**
     * Adds the keystream that begins at a counter block of 16 octets. Input and output may be the
     * same array at the same offset.
     */
    void apply(
        byte[] counterBlock,
        byte[] input,
        int inputOffset,
        int inputLength,
        byte[] output,
        int outputOffset);
  }

  /** HMAC-SHA1 under one key. */
  interface MessageAuthenticator {
    /** Adds data to the message. */
    void update(byte[] data, int offset, int length);

    /** Writes the 20 octets of the code and starts the next message. */
    void finish(byte[] code);
  }
}
