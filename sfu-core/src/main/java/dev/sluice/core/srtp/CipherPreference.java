package dev.sluice.core.srtp;

/** Whose ciphers SRTP is to use. */
public enum CipherPreference {
  /** Libcrypto's where they are there, right, and not slower; else the JDK's. */
  AUTO,
  /** The JDK's. */
  JDK,
  /** Libcrypto's where they are there and right, however fast they are; else the JDK's. */
  LIBCRYPTO
}
