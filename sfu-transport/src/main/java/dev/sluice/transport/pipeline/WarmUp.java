package dev.sluice.transport.pipeline;

import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.dtls.DtlsRehearsal;
import dev.sluice.transport.ice.StunRehearsal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the code of a first join once, in memory, when the server has started: classes are loaded
 * and the libraries have read their configuration before a participant, or a media worker, waits
 * for them. Its failure changes nothing but the speed of the first join.
 */
final class WarmUp implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int RTP_HEADER_BYTES = 12;
  private static final int PAYLOAD_BYTES = 100;

  private final DtlsCertificate certificate;
  private final SrtpCiphers ciphers;

  WarmUp(DtlsCertificate certificate, SrtpCiphers ciphers) {
    this.certificate = certificate;
    this.ciphers = ciphers;
  }

  @Override
  public void run() {
    long startNanos = System.nanoTime();
    try {
      StunRehearsal.run();
      SrtpKeys keys = DtlsRehearsal.run(certificate);
      protectAndUnprotect(keys);
      LOG.debug("warm after {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    } catch (RuntimeException | Error failure) {
      LOG.warn("the warm-up failed; the first join will be slow", failure);
    }
  }

  private void protectAndUnprotect(SrtpKeys keys) {
    SrtpProfile profile = keys.profile();
    SrtpSender sender = new SrtpSender(profile, keys.serverKey(), keys.serverSalt(), ciphers, 1);
    SrtpReceiver receiver =
        new SrtpReceiver(profile, keys.serverKey(), keys.serverSalt(), ciphers, 1);
    byte[] payload = new byte[PAYLOAD_BYTES];
    byte[] packet = new byte[2 * PAYLOAD_BYTES];
    packet[0] = (byte) 0x80;
    int length = sender.protectRtp(packet, 0, RTP_HEADER_BYTES, 0, payload, 0, PAYLOAD_BYTES);
    if (receiver.unprotectRtp(packet, 0, length, packet, 0) != RTP_HEADER_BYTES + PAYLOAD_BYTES) {
      throw new IllegalStateException("SRTP does not read what it wrote");
    }
  }
}
