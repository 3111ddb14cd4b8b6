package dev.sluice.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says when the server is ready, where, and in development mode what that is good for. */
@Component
final class StartupNotice {
  private static final Logger LOG = LoggerFactory.getLogger(StartupNotice.class);

  private final SluiceProperties properties;
  private final Environment environment;

  StartupNotice(SluiceProperties properties, Environment environment) {
    this.properties = properties;
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  void announce() {
    String port = environment.getProperty("local.server.port", "8080");
    if (properties.isDevelopment()) {
      LOG.warn("{}", developmentNotice(port));
    } else {
      LOG.info(
          "Sluice is ready: HTTP on port {}, media on port {}", port, properties.media().port());
    }
  }

  private static String developmentNotice(String port) {
    return """

    ************************************************************************
    *  DEVELOPMENT MODE - NOT FOR PRODUCTION                               *
    *  Nobody is asked for a token, and the signing key is made up.        *
    ************************************************************************

      The call page:  http://localhost:%s/
      To join a call: open it in two windows, take the same room, press Join.
    """
        .formatted(port);
  }
}
