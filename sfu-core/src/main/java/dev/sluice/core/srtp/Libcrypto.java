package dev.sluice.core.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of OpenSSL's libcrypto 3 that SRTP needs. Initializing this class loads the library
 * and fails with a {@link LinkageError} where it, one of the functions, or the permission for
 * native access is missing.
 *
 * <p>The calls per packet are critical ones, which cost no thread transition and hold up
 * safepoints. So each must be short: a packet is at most 1600 octets, about half a microsecond.
 */
final class Libcrypto {
  private static final String LIBRARY = "libcrypto.so.3";
  private static final SymbolLookup LOOKUP = library();

  static final int OK = 1;
  static final int GET_TAG = 0x10;
  static final int SET_TAG = 0x11;

  /** {@code EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void)}. */
  private static final MethodHandle NEW_CONTEXT =
      ordinary("EVP_CIPHER_CTX_new", FunctionDescriptor.of(ValueLayout.ADDRESS));

  /** {@code void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *)}. */
  private static final MethodHandle FREE_CONTEXT =
      ordinary("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  /** {@code int EVP_CipherInit_ex(context, cipher, engine, key, iv, encrypt)}. */
  static final MethodHandle CIPHER_INIT =
      critical(
          "EVP_CipherInit_ex",
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);

  /** {@code int EVP_CipherUpdate(context, out, outLength, in, inLength)}. */
  static final MethodHandle CIPHER_UPDATE =
      critical(
          "EVP_CipherUpdate",
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);

  /** {@code int EVP_CipherFinal_ex(context, out, outLength)}. */
  static final MethodHandle CIPHER_FINAL =
      critical("EVP_CipherFinal_ex", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

  /** {@code int EVP_CIPHER_CTX_ctrl(context, type, argument, pointer)}. */
  static final MethodHandle CIPHER_CONTROL =
      critical(
          "EVP_CIPHER_CTX_ctrl",
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS);

  /** {@code int SHA1_Init(SHA_CTX *)}. */
  static final MethodHandle SHA1_INIT = critical("SHA1_Init", ValueLayout.ADDRESS);

  /** {@code int SHA1_Update(SHA_CTX *, data, length)}. */
  static final MethodHandle SHA1_UPDATE =
      critical("SHA1_Update", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  /** {@code int SHA1_Final(digest, SHA_CTX *)}. */
  static final MethodHandle SHA1_FINAL =
      critical("SHA1_Final", ValueLayout.ADDRESS, ValueLayout.ADDRESS);

  static final MemorySegment AES_128_GCM = cipher("EVP_aes_128_gcm");
  static final MemorySegment AES_256_GCM = cipher("EVP_aes_256_gcm");
  static final MemorySegment AES_128_CTR = cipher("EVP_aes_128_ctr");
  static final MemorySegment AES_256_CTR = cipher("EVP_aes_256_ctr");

  private Libcrypto() {}

  /** A cipher context, freed when nobody reaches the segment any more. */
  @SuppressWarnings("restricted") // the zero-length segment gets its life, not a size
  static MemorySegment newContext() {
    try {
      MemorySegment context = (MemorySegment) NEW_CONTEXT.invokeExact();
      if (context.equals(MemorySegment.NULL)) {
        throw new IllegalStateException("libcrypto has no memory for a cipher");
      }
      return context.reinterpret(Arena.ofAuto(), Libcrypto::free);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  private static void free(MemorySegment context) {
    try {
      FREE_CONTEXT.invokeExact(context);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Such as "OpenSSL 3.0.19 27 Jan 2026". */
  @SuppressWarnings("restricted") // a C string that lives as long as the library
  static String version() {
    try {
      MethodHandle version =
          ordinary(
              "OpenSSL_version", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      MemorySegment text = (MemorySegment) version.invokeExact(0);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** For a catch of everything that a method handle may throw; these functions throw nothing. */
  static RuntimeException rethrown(Throwable failure) {
    return switch (failure) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(failure);
    };
  }

  private static MemorySegment cipher(String name) {
    try {
      return (MemorySegment)
          ordinary(name, FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  @SuppressWarnings("restricted") // the start scripts enable native access
  private static SymbolLookup library() {
    return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
  }

  @SuppressWarnings("restricted")
  private static MethodHandle ordinary(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(LOOKUP.findOrThrow(name), descriptor);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle critical(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            LOOKUP.findOrThrow(name),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
            Linker.Option.critical(false));
  }
}
