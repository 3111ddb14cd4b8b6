package dev.sluice.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;

/** Looks at who can reach HTTP, and how. */
final class ExposureExaminer implements Examiner {
  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    String address = environment.getProperty("server.address", "");
    if (settings.isDevelopment()) {
      if (!isLoopback(address) || !isLoopback(settings.https().address())) {
        findings.add(
            Finding.error(
                "open-development-mode",
                "Development mode asks nobody for a token, and HTTP listens on more than this"
                    + " machine: everyone in the network can use and administer the server.",
                "Leave server.address and sluice.https.address out, or start with"
                    + " sluice.mode=production."));
      }
    } else if (!isLoopback(address) && !hasTls(environment)) {
      findings.add(
          Finding.warning(
              "no-tls",
              "HTTP listens on other addresses than loopback, and neither TLS nor a proxy before it"
                  + " is configured: browsers give a camera only to pages from https, and tokens"
                  + " can be read on the way.",
              "Put a proxy that ends TLS before it and set"
                  + " server.forward-headers-strategy=framework, or set server.ssl.bundle; see"
                  + " docs/https.md."));
    }
    return findings;
  }

  private static boolean hasTls(Environment environment) {
    boolean ownCertificate =
        Stream.of("bundle", "certificate", "key-store")
            .anyMatch(key -> environment.containsProperty("server.ssl." + key));
    String proxy = environment.getProperty("server.forward-headers-strategy", "none");
    return ownCertificate || !proxy.equalsIgnoreCase("none");
  }

  private static boolean isLoopback(String address) {
    try {
      return !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
