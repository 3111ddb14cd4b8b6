package dev.sluice.app;

import dev.sluice.transport.pipeline.MediaHost;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Shows at {@code /actuator/info} what media runs on, and what the machine lacks for it. */
final class MediaHostInfo implements InfoContributor {
  private final MediaHost host;

  MediaHostInfo(MediaHost host) {
    this.host = host;
  }

  @Override
  public void contribute(Info.Builder builder) {
    builder.withDetail(
        "media",
        Map.of(
            "ciphers",
            host.ciphers(),
            "ciphersBecause",
            host.ciphersBecause(),
            "io",
            host.backend(),
            "segmentation",
            host.segmentation(),
            "receiveBufferBytes",
            host.receiveBufferBytes(),
            "missing",
            host.missing()));
  }
}
