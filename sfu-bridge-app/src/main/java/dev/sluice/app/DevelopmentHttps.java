package dev.sluice.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * A second connector with TLS in development mode: browsers give a camera only to a page from
 * {@code localhost} or over HTTPS, so a phone needs it. Like plain HTTP it listens on loopback
 * until the user says otherwise, because nobody is asked for a token.
 */
@Component
final class DevelopmentHttps implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  static final int DEFAULT_PORT = 8443;

  private static final Logger LOG = LoggerFactory.getLogger(DevelopmentHttps.class);

  private final SluiceProperties properties;
  private @Nullable Connector connector;

  DevelopmentHttps(SluiceProperties properties) {
    this.properties = properties;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    if (!properties.isDevelopment()) {
      return;
    }
    Integer wanted = properties.https().port();
    int port = wanted == null ? DEFAULT_PORT : wanted;
    InetAddress address = properties.https().bindAddress();
    boolean off = wanted != null && wanted == 0;
    if (!off && isTaken(address, port)) {
      if (wanted != null) {
        throw new ConfigurationException(
            "The HTTPS port TCP " + port + " on " + address.getHostAddress() + " is in use.",
            "Set sluice.https.port to a free one, or to 0 for no HTTPS.");
      }
      LOG.warn(
          "HTTPS is off: port {} is in use. Set sluice.https.port to a free one.", DEFAULT_PORT);
      off = true;
    }
    if (!off) {
      connector = connector(address, port);
      factory.addAdditionalConnectors(connector);
    }
  }

  /** Where the page is, for this machine and, when it may, for others; empty without HTTPS. */
  List<String> urls() {
    Connector running = connector;
    if (running == null) {
      return List.of();
    }
    List<String> urls = new ArrayList<>();
    InetAddress bound = properties.https().bindAddress();
    if (bound.isLoopbackAddress() || bound.isAnyLocalAddress()) {
      urls.add(url("localhost", running.getLocalPort()));
    }
    List<InetAddress> others =
        bound.isAnyLocalAddress() ? LanAddresses.ofThisMachine() : List.of(bound);
    for (InetAddress other : others) {
      if (!other.isLoopbackAddress()) {
        String text = LanAddresses.text(other);
        urls.add(url(text.indexOf(':') < 0 ? text : "[" + text + "]", running.getLocalPort()));
      }
    }
    return urls;
  }

  private static String url(String host, int port) {
    return "https://" + host + ":" + port + "/";
  }

  private static Connector connector(InetAddress address, int port) {
    List<InetAddress> names = new ArrayList<>(LanAddresses.ofThisMachine());
    names.add(InetAddress.ofLiteral("127.0.0.1"));
    names.add(InetAddress.ofLiteral("::1"));
    SSLHostConfig tls = new SSLHostConfig();
    tls.setProtocols("TLSv1.2+TLSv1.3");
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
    certificate.setCertificateKeystore(
        DevelopmentCertificate.generate(
            names, new SecureRandom(), InstantSource.system().instant()));
    certificate.setCertificateKeyAlias(DevelopmentCertificate.ALIAS);
    certificate.setCertificateKeystorePassword(DevelopmentCertificate.PASSWORD);
    tls.addCertificate(certificate);
    Http11NioProtocol protocol = new Http11NioProtocol();
    protocol.setSSLEnabled(true);
    protocol.setAddress(address);
    protocol.setExecutor(new VirtualThreadExecutor("https-"));
    Connector connector = new Connector(protocol);
    connector.setPort(port);
    connector.setScheme("https");
    connector.setSecure(true);
    connector.addSslHostConfig(tls);
    return connector;
  }

  private static boolean isTaken(InetAddress address, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address, port));
      return false;
    } catch (IOException taken) {
      return true;
    }
  }
}
