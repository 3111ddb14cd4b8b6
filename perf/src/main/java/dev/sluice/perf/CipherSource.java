package dev.sluice.perf;

import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpCiphers;

/** Whose ciphers a benchmark measures; without libcrypto both are the JDK's. */
public enum CipherSource {
  JDK,
  LIBCRYPTO;

  SrtpCiphers open() {
    return CipherChoice.choose(CipherPreference.valueOf(name()), System::nanoTime).ciphers();
  }
}
