package dev.sluice.app;

import java.util.List;
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
  private final DevelopmentHttps https;

  StartupNotice(SluiceProperties properties, Environment environment, DevelopmentHttps https) {
    this.https = https;
    this.properties = properties;
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  void announce() {
    String port = environment.getProperty("local.server.port", "8080");
    if (properties.isDevelopment()) {
      LOG.warn("{}", developmentNotice(port, https.urls(), properties.https()));
    } else {
      LOG.info(
          "Sluice is ready: HTTP on port {}, media on port {}", port, properties.media().port());
    }
  }

  private static String developmentNotice(
      String port, List<String> secureUrls, SluiceProperties.Https https) {
    StringBuilder notice = new StringBuilder(heading(port));
    secureUrls.forEach(url -> notice.append("  Over HTTPS:     ").append(url).append('\n'));
    if (!secureUrls.isEmpty()) {
      notice.append("                  The certificate is made up: the browser asks once.\n");
    }
    if (!https.bindAddress().isLoopbackAddress()) {
      notice.append("  ATTENTION: everyone in your network can use and administer this server.\n");
    } else if (!secureUrls.isEmpty()) {
      notice.append("  From a phone:   start with --sluice.https.address=0.0.0.0\n");
    }
    return notice.toString();
  }

  private static String heading(String port) {
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
