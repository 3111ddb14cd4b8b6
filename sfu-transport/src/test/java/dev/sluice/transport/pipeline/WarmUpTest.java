package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.dtls.DtlsRehearsal;
import dev.sluice.transport.ice.StunRehearsal;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final DtlsCertificate CERTIFICATE =
      DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);

  @Test
  void theHandshakeIsRehearsedToItsKeys() {
    SrtpKeys keys = DtlsRehearsal.run(CERTIFICATE);

    assertThat(keys.profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
    assertThat(keys.clientKey()).isNotEqualTo(keys.serverKey());
  }

  @Test
  void nothingOfItIsLogged() {
    List<String> logged = new ArrayList<>();
    Handler recorder = new Recorder(logged);
    Logger root = Logger.getLogger("");
    root.addHandler(recorder);
    try {
      StunRehearsal.run();
      new WarmUp(CERTIFICATE, SrtpCiphers.jdk()).run();
    } finally {
      root.removeHandler(recorder);
    }

    assertThat(logged).isEmpty();
  }

  /** What the libraries write to java.util.logging. */
  private static final class Recorder extends Handler {
    private final List<String> logged;

    Recorder(List<String> logged) {
      this.logged = logged;
    }

    @Override
    public void publish(LogRecord entry) {
      logged.add(entry.getLoggerName() + ": " + entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
