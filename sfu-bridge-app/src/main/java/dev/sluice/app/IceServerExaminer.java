package dev.sluice.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Looks at the STUN and TURN servers that clients are told of, as a client would. */
final class IceServerExaminer implements Examiner {
  private static final int STUN_PORT = 3478;
  private static final Pattern URL =
      Pattern.compile(
          "(stuns?|turns?):(\\[[^\\]]+\\]|[^:?]+)(?::(\\d{1,5}))?(?:\\?transport=(.*))?");

  private final boolean mayAsk;

  /**
   * @param mayAsk whether servers may be asked; else only what is written is looked at
   */
  IceServerExaminer(boolean mayAsk) {
    this.mayAsk = mayAsk;
  }

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    for (SluiceProperties.Ice server : settings.iceServers()) {
      for (String url : server.urls()) {
        Finding wrong = examine(url, server.username(), server.credential());
        if (wrong != null) {
          findings.add(wrong);
        }
      }
    }
    return findings;
  }

  private @Nullable Finding examine(
      String url, @Nullable String username, @Nullable String credential) {
    boolean turn = url.startsWith("turn");
    if (turn && (username == null || credential == null)) {
      return Finding.error(
          "turn-without-credential",
          "sluice.ice-servers has %s without username and credential: browsers refuse to make a connection with such a server."
              .formatted(url),
          "Set username and credential of this entry to those that the TURN server knows.");
    }
    Matcher parts = URL.matcher(url);
    boolean udp =
        parts.matches()
            && !parts.group(1).endsWith("s")
            && (parts.group(4) == null || parts.group(4).equals("udp"));
    if (!mayAsk || !udp) {
      return null; // TLS and TCP are for networks that need them; what is asked here is UDP.
    }
    int port = parts.group(3) == null ? STUN_PORT : Integer.parseInt(parts.group(3));
    InetSocketAddress address = new InetSocketAddress(parts.group(2), port);
    if (address.isUnresolved()) {
      return Finding.error(
          "ice-server-unknown",
          "sluice.ice-servers has %s, whose host cannot be resolved here.".formatted(url),
          "Correct the name.");
    }
    return switch (ask(address, turn, username, credential)) {
      case ANSWERS -> null;
      case SILENT ->
          Finding.warning(
              "ice-server-silent",
              "Nothing answers at %s of sluice.ice-servers.".formatted(url),
              "Start it, let UDP through to it, or take the entry away: clients wait for it in"
                  + " vain.");
      case REFUSES ->
          Finding.error(
              "turn-credential-refused",
              "The server at %s does not take the username and credential of sluice.ice-servers."
                  .formatted(url),
              "Make both the same here and there. Credentials made from a shared secret (TURN REST)"
                  + " expire; see the server's static-auth-secret.");
    };
  }

  private static StunProbe.Outcome ask(
      InetSocketAddress address,
      boolean turn,
      @Nullable String username,
      @Nullable String credential) {
    try (StunProbe probe = new StunProbe(address)) {
      return turn && username != null && credential != null
          ? probe.allocate(username, credential)
          : probe.bind();
    } catch (IOException noSocket) {
      return StunProbe.Outcome.SILENT;
    }
  }
}
