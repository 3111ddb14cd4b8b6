package dev.sluice.transport.dtls;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The cryptography of a hostile client: its first Finished is a fragment that declares a message of
 * 2^24 - 1 octets. What it retransmits is honest.
 */
final class TamperingCrypto extends BcTlsCrypto {
  final AtomicBoolean tampered = new AtomicBoolean();

  TamperingCrypto() {
    super(new SecureRandom());
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    TlsCipher cipher = super.createCipher(parameters, encryptionAlgorithm, macAlgorithm);
    return (TlsCipher)
        Proxy.newProxyInstance(
            TamperingCrypto.class.getClassLoader(),
            new Class<?>[] {TlsCipher.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("encodePlaintext")
                  && arguments[1].equals(ContentType.handshake)
                  && tampered.compareAndSet(false, true)) {
                byte[] plaintext = ((byte[]) arguments[4]).clone();
                int offset = (int) arguments[5];
                plaintext[offset + 1] = (byte) 0xFF;
                plaintext[offset + 2] = (byte) 0xFF;
                plaintext[offset + 3] = (byte) 0xFF;
                arguments[4] = plaintext;
              }
              return method.invoke(cipher, arguments);
            });
  }
}
