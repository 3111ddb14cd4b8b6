package dev.sluice.core.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's ciphers by the foreign-function API. Each packet is copied to native memory, worked on
 * in place, and copied back: two copies of some 20 ns, for which nothing is allocated. (Native code
 * may also be given heap arrays, but by a wrapper and a slice for each call, which the compiler
 * leaves out only sometimes.) The copies check all bounds, so a wrong length is an exception and
 * not a wild write.
 *
 * <p>All that one instance has made shares its native memory and belongs to one thread. A cipher's
 * own native memory is freed when the cipher becomes unreachable.
 */
final class LibcryptoSrtpCiphers implements SrtpCiphers {
  private static final int AES_128_KEY = 16;
  private static final int TAG_LENGTH = 16;
  private static final int VECTOR_LENGTH = 12;
  private static final int COUNTER_BLOCK_LENGTH = 16;
  private static final int MAX_BYTES = 2048;
  private static final int KEEP_DIRECTION = -1;
  private static final int PROBE_KIBIBYTES = 64;
  private static final int PROBES = 4;

  private final MemorySegment data;
  private final MemorySegment vector;
  private final MemorySegment tag;
  private final MemorySegment written;

  private LibcryptoSrtpCiphers() {
    Arena arena = Arena.ofAuto();
    data = arena.allocate(MAX_BYTES, 64);
    vector = arena.allocate(COUNTER_BLOCK_LENGTH, 16);
    tag = arena.allocate(TAG_LENGTH, 16);
    written = arena.allocate(ValueLayout.JAVA_INT);
  }

  /** These ciphers, or null where the library is not there or may not be used. */
  static @Nullable LibcryptoSrtpCiphers load() {
    try {
      String ignored = Libcrypto.version();
      return new LibcryptoSrtpCiphers();
    } catch (LinkageError missing) {
      return null;
    }
  }

  /** The library's name and version. */
  String version() {
    return Libcrypto.version();
  }

  /**
   * What AES-GCM takes, by so much in one call that what it costs to call does not count: that is
   * much as long as the caller has not been compiled.
   */
  double nanosPerKibibyte(LongSupplier nanoTime) {
    MemorySegment context = gcm(new byte[AES_128_KEY], 1);
    begin(context, new byte[VECTOR_LENGTH], VECTOR_LENGTH);
    long best = Long.MAX_VALUE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment much = arena.allocate(PROBE_KIBIBYTES * 1024);
      for (int i = 0; i < PROBES; i++) {
        long startNanos = nanoTime.getAsLong();
        update(context, much, much, PROBE_KIBIBYTES * 1024);
        best = Math.min(best, nanoTime.getAsLong() - startNanos);
      }
    }
    return (double) best / PROBE_KIBIBYTES;
  }

  @Override
  public SrtpCiphers forAnotherThread() {
    return new LibcryptoSrtpCiphers();
  }

  @Override
  public AeadCipher gcmEncryption(byte[] key) {
    return new GcmEncryption(gcm(key, 1));
  }

  @Override
  public AeadCipher gcmDecryption(byte[] key) {
    return new GcmDecryption(gcm(key, 0));
  }

  @Override
  public CounterCipher counterMode(byte[] key) {
    return new CounterMode(
        context(key.length == AES_128_KEY ? Libcrypto.AES_128_CTR : Libcrypto.AES_256_CTR, key, 1));
  }

  @Override
  public MessageAuthenticator hmacSha1(byte[] key) {
    return new HmacSha1(key);
  }

  private MemorySegment gcm(byte[] key, int encrypt) {
    return context(
        key.length == AES_128_KEY ? Libcrypto.AES_128_GCM : Libcrypto.AES_256_GCM, key, encrypt);
  }

  private MemorySegment context(MemorySegment cipher, byte[] key, int encrypt) {
    MemorySegment context = Libcrypto.newContext();
    in(key, 0, key.length);
    init(context, cipher, data, MemorySegment.NULL, encrypt);
    data.fill((byte) 0);
    return context;
  }

  private void begin(MemorySegment context, byte[] initializationVector, int length) {
    MemorySegment.copy(initializationVector, 0, vector, ValueLayout.JAVA_BYTE, 0, length);
    init(context, MemorySegment.NULL, MemorySegment.NULL, vector, KEEP_DIRECTION);
  }

  private static void init(
      MemorySegment context,
      MemorySegment cipher,
      MemorySegment key,
      MemorySegment initializationVector,
      int encrypt) {
    try {
      require(
          (int)
              Libcrypto.CIPHER_INIT.invokeExact(
                  context, cipher, MemorySegment.NULL, key, initializationVector, encrypt));
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  private void in(byte[] bytes, int offset, int length) {
    MemorySegment.copy(bytes, offset, data, ValueLayout.JAVA_BYTE, 0, length);
  }

  private void out(byte[] bytes, int offset, int length) {
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, offset, length);
  }

  /** Has the first octets of the data encrypted or decrypted in place. */
  private void transform(MemorySegment context, int length) {
    update(context, data, data, length);
  }

  private void update(MemorySegment context, MemorySegment to, MemorySegment from, int length) {
    try {
      require((int) Libcrypto.CIPHER_UPDATE.invokeExact(context, to, written, from, length));
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  /** Neither GCM nor counter mode has anything left to write at the end. */
  private int end(MemorySegment context) {
    try {
      return (int) Libcrypto.CIPHER_FINAL.invokeExact(context, vector, written);
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  private void exchangeTag(MemorySegment context, int getOrSet) {
    try {
      require((int) Libcrypto.CIPHER_CONTROL.invokeExact(context, getOrSet, TAG_LENGTH, tag));
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  private static void require(int result) {
    if (result != Libcrypto.OK) {
      throw new IllegalStateException("libcrypto refused what is always allowed");
    }
  }

  /** What both directions of GCM do alike. */
  private abstract class Gcm implements AeadCipher {
    final MemorySegment context;

    Gcm(MemorySegment context) {
      this.context = context;
    }

    @Override
    public void begin(byte[] initializationVector) {
      LibcryptoSrtpCiphers.this.begin(context, initializationVector, VECTOR_LENGTH);
    }

    @Override
    public void authenticate(byte[] associated, int offset, int length) {
      in(associated, offset, length);
      update(context, MemorySegment.NULL, data, length); // without output: it is associated data
    }
  }

  private final class GcmEncryption extends Gcm {
    GcmEncryption(MemorySegment context) {
      super(context);
    }

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      return finishBehind(0, input, inputOffset, inputLength, output, outputOffset);
    }

    @Override
    public int finishBehind(
        int firstLength,
        byte[] input,
        int inputOffset,
        int inputLength,
        byte[] output,
        int outputOffset) {
      in(output, outputOffset, firstLength);
      MemorySegment.copy(input, inputOffset, data, ValueLayout.JAVA_BYTE, firstLength, inputLength);
      int length = firstLength + inputLength;
      transform(context, length);
      require(end(context));
      exchangeTag(context, Libcrypto.GET_TAG);
      int tagAt = outputOffset + length;
      MemorySegment.copy(tag, ValueLayout.JAVA_BYTE, 0, output, tagAt, TAG_LENGTH);
      out(output, outputOffset, length);
      return length + TAG_LENGTH;
    }
  }

  private final class GcmDecryption extends Gcm {
    GcmDecryption(MemorySegment context) {
      super(context);
    }

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      int length = inputLength - TAG_LENGTH;
      if (length < 0) {
        return WRONG_TAG;
      }
      int tagAt = inputOffset + length;
      MemorySegment.copy(input, tagAt, tag, ValueLayout.JAVA_BYTE, 0, TAG_LENGTH);
      exchangeTag(context, Libcrypto.SET_TAG);
      in(input, inputOffset, length);
      transform(context, length);
      if (end(context) != Libcrypto.OK) {
        return WRONG_TAG; // what is not authentic stays here, and the next packet goes over it
      }
      out(output, outputOffset, length);
      return length;
    }
  }

  private final class CounterMode implements CounterCipher {
    private final MemorySegment context;

    CounterMode(MemorySegment context) {
      this.context = context;
    }

    @Override
    public void apply(
        byte[] counterBlock,
        byte[] input,
        int inputOffset,
        int inputLength,
        byte[] output,
        int outputOffset) {
      begin(context, counterBlock, COUNTER_BLOCK_LENGTH);
      in(input, inputOffset, inputLength);
      transform(context, inputLength);
      out(output, outputOffset, inputLength);
    }
  }

  /**
   * HMAC (RFC 2104) by SHA-1's plain functions: the states behind the two padded keys are made once
   * and copied for each message, which {@code HMAC_Init_ex} does with more ado.
   */
  private final class HmacSha1 implements MessageAuthenticator {
    /** {@code SHA_CTX} has 96 bytes, the same in every release. */
    private static final int STATE_BYTES = 96;

    private static final int BLOCK_LENGTH = 64;
    private static final int DIGEST_LENGTH = 20;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5C;

    private final MemorySegment afterInnerKey;
    private final MemorySegment afterOuterKey;
    private final MemorySegment state;

    HmacSha1(byte[] key) {
      if (key.length > BLOCK_LENGTH) {
        throw new IllegalArgumentException("SRTP has no keys of " + key.length + " octets");
      }
      Arena arena = Arena.ofAuto();
      afterInnerKey = afterKey(arena, key, INNER_PAD);
      afterOuterKey = afterKey(arena, key, OUTER_PAD);
      state = arena.allocate(STATE_BYTES, Long.BYTES);
      state.copyFrom(afterInnerKey);
    }

    private MemorySegment afterKey(Arena arena, byte[] key, byte pad) {
      byte[] padded = Arrays.copyOf(key, BLOCK_LENGTH);
      for (int i = 0; i < BLOCK_LENGTH; i++) {
        padded[i] ^= pad;
      }
      MemorySegment begun = arena.allocate(STATE_BYTES, Long.BYTES);
      try {
        require((int) Libcrypto.SHA1_INIT.invokeExact(begun));
      } catch (Throwable failure) {
        throw Libcrypto.rethrown(failure);
      }
      in(padded, 0, BLOCK_LENGTH);
      hash(begun, BLOCK_LENGTH);
      data.fill((byte) 0);
      return begun;
    }

    @Override
    public void update(byte[] message, int offset, int length) {
      in(message, offset, length);
      hash(state, length);
    }

    @Override
    public void finish(byte[] code) {
      conclude();
      MemorySegment.copy(afterOuterKey, 0, state, 0, STATE_BYTES);
      hash(state, DIGEST_LENGTH);
      conclude();
      out(code, 0, DIGEST_LENGTH);
      MemorySegment.copy(afterInnerKey, 0, state, 0, STATE_BYTES);
    }

    private void hash(MemorySegment into, long length) {
      try {
        require((int) Libcrypto.SHA1_UPDATE.invokeExact(into, data, length));
      } catch (Throwable failure) {
        throw Libcrypto.rethrown(failure);
      }
    }

    /** The digest goes to the front of the data. */
    private void conclude() {
      try {
        require((int) Libcrypto.SHA1_FINAL.invokeExact(data, state));
      } catch (Throwable failure) {
        throw Libcrypto.rethrown(failure);
      }
    }
  }
}
