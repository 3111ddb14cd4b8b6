package dev.sluice.core.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
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
  private static final long NULL = 0;

  private final MemorySegment data;
  private final MemorySegment vector;

  /** Where they lie, and where libcrypto says how much it wrote. They live as long as this. */
  private final long dataAddress;

  private final long vectorAddress;
  private final long writtenAddress;

  private LibcryptoSrtpCiphers() {
    Arena arena = Arena.ofAuto();
    data = arena.allocate(MAX_BYTES + TAG_LENGTH, 64);
    MemorySegment small = arena.allocate(COUNTER_BLOCK_LENGTH + Long.BYTES, 64);
    vector = small.asSlice(0, COUNTER_BLOCK_LENGTH);
    dataAddress = data.address();
    vectorAddress = small.address();
    writtenAddress = vectorAddress + COUNTER_BLOCK_LENGTH;
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
    init(context.address(), cipher.address(), dataAddress, NULL, encrypt);
    data.fill((byte) 0);
    return context;
  }

  private void begin(long context, byte[] initializationVector, int length) {
    MemorySegment.copy(initializationVector, 0, vector, ValueLayout.JAVA_BYTE, 0, length);
    init(context, NULL, NULL, vectorAddress, KEEP_DIRECTION);
  }

  private static void init(
      long context, long cipher, long key, long initializationVector, int encrypt) {
    try {
      require(
          (int)
              Libcrypto.CIPHER_INIT.invokeExact(
                  context, cipher, NULL, key, initializationVector, encrypt));
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
  private void transform(long context, int length) {
    update(context, dataAddress, length);
  }

  private void update(long context, long to, int length) {
    try {
      require(
          (int)
              Libcrypto.CIPHER_UPDATE.invokeExact(
                  context, to, writtenAddress, dataAddress, length));
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  /** Neither GCM nor counter mode has anything left to write at the end. */
  private int end(long context) {
    try {
      return (int) Libcrypto.CIPHER_FINAL.invokeExact(context, vectorAddress, writtenAddress);
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  /** The tag lies behind that many octets of the data. */
  private void exchangeTag(long context, int getOrSet, int behind) {
    try {
      require(
          (int)
              Libcrypto.CIPHER_CONTROL.invokeExact(
                  context, getOrSet, TAG_LENGTH, dataAddress + behind));
    } catch (Throwable failure) {
      throw Libcrypto.rethrown(failure);
    }
  }

  /** The tag is written without a check of Java's, so what lies before it is bounded here. */
  private static void requireRoom(int length) {
    Objects.checkFromIndexSize(0, length, MAX_BYTES);
  }

  private static void require(int result) {
    if (result != Libcrypto.OK) {
      throw new IllegalStateException("libcrypto refused what is always allowed");
    }
  }

  /** Has a cipher context, which is freed when this becomes unreachable. */
  private abstract static class Keyed {
    final long context;
    private final MemorySegment life;

    Keyed(MemorySegment context) {
      this.context = context.address();
      life = context;
    }

    /** After the last call of a packet: the context has lived until here. */
    @SuppressWarnings("ReachabilityFenceUsage") // after an exception there is no further call
    final void keepAlive() {
      Reference.reachabilityFence(life);
    }
  }

  /** What both directions of GCM do alike. */
  private abstract class Gcm extends Keyed implements AeadCipher {
    Gcm(MemorySegment context) {
      super(context);
    }

    @Override
    public void begin(byte[] initializationVector) {
      LibcryptoSrtpCiphers.this.begin(context, initializationVector, VECTOR_LENGTH);
    }

    @Override
    public void authenticate(byte[] associated, int offset, int length) {
      in(associated, offset, length);
      update(context, NULL, length); // without output: it is associated data
    }
  }

  private final class GcmEncryption extends Gcm {
    GcmEncryption(MemorySegment context) {
      super(context);
    }

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      requireRoom(inputLength);
      in(input, inputOffset, inputLength);
      transform(context, inputLength);
      require(end(context));
      exchangeTag(context, Libcrypto.GET_TAG, inputLength);
      keepAlive();
      out(output, outputOffset, inputLength + TAG_LENGTH);
      return inputLength + TAG_LENGTH;
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
      requireRoom(length);
      in(input, inputOffset, inputLength);
      exchangeTag(context, Libcrypto.SET_TAG, length);
      transform(context, length);
      boolean authentic = end(context) == Libcrypto.OK;
      keepAlive();
      if (!authentic) {
        return WRONG_TAG; // what is not authentic stays here, and the next packet goes over it
      }
      out(output, outputOffset, length);
      return length;
    }
  }

  private final class CounterMode extends Keyed implements CounterCipher {
    CounterMode(MemorySegment context) {
      super(context);
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
      keepAlive();
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
