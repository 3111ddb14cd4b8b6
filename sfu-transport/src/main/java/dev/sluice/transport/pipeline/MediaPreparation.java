package dev.sluice.transport.pipeline;

import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.udp.UdpBackend;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a node takes longest for and no setting decides about: which ciphers are best here, how to
 * read and send, and a certificate. A server may begin with it before it knows its settings; a node
 * that is made meanwhile waits for it, and where nobody has begun, the node does the same itself.
 * Thread safe.
 */
final class MediaPreparation {
  private static final AtomicReference<@Nullable CompletableFuture<DtlsCertificate>> CERTIFICATE =
      new AtomicReference<>();

  private MediaPreparation() {}

  /** Begins on a thread of its own, and returns at once. */
  static void begin() {
    CompletableFuture<DtlsCertificate> certificate = new CompletableFuture<>();
    CERTIFICATE.set(certificate);
    Thread.ofPlatform()
        .daemon()
        .name("media-preparation")
        .start(
            () -> {
              certificate.completeAsync(() -> newCertificate(new SecureRandom()), Runnable::run);
              CipherChoice ignored = FoundCiphers.CHOICE;
              UdpBackend.best();
            });
  }

  /** Which ciphers are best here does not change while the process lives. */
  static CipherChoice ciphers() {
    return FoundCiphers.CHOICE;
  }

  /** A certificate that nobody else gets. */
  static DtlsCertificate certificate(SecureRandom random) {
    CompletableFuture<DtlsCertificate> prepared = CERTIFICATE.getAndSet(null);
    return prepared == null ? newCertificate(random) : prepared.join();
  }

  private static DtlsCertificate newCertificate(SecureRandom random) {
    return DtlsCertificate.generate(random, Clock.systemUTC().instant());
  }

  private static final class FoundCiphers {
    static final CipherChoice CHOICE = CipherChoice.choose(CipherPreference.AUTO, System::nanoTime);
  }
}
