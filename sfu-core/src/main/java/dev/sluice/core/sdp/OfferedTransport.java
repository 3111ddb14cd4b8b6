package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ICE and DTLS parameters of an offer. Browsers repeat them on each m-line; RFC 9143 §7.1
 * wants them on the first of a BUNDLE group only; others write them once for the session. So each
 * is looked for on the m-lines of the group in their order, then at session level.
 */
final class OfferedTransport {
  private static final int MAX_FINGERPRINTS = 8;

  private final Attributes session;
  private final List<MediaDescription> group;

  /**
   * A view of the m-lines that share one transport.
   *
   * @param group at least one, in the order of the BUNDLE group
   */
  OfferedTransport(Attributes session, List<MediaDescription> group) {
    this.session = session;
    this.group = group;
  }

  /** Checks every parameter and takes those that the server needs. */
  RemoteTransport remote() throws SdpException {
    if (session.has("ice-lite")) {
      throw new SdpException("Both ends are ICE lite; the client must be a full ICE agent.");
    }
    checkMultiplexed();
    checkSetup();
    return new RemoteTransport(iceText("ice-ufrag", 4), iceText("ice-pwd", 22), fingerprints());
  }

  private @Nullable Attribute find(String name) {
    for (MediaDescription media : group) {
      Attribute attribute = media.attributes().first(name);
      if (attribute != null) {
        return attribute;
      }
    }
    return session.first(name);
  }

  private void checkMultiplexed() throws SdpException {
    if (find("rtcp-mux") == null) {
      throw error(group.getFirst().line(), "no a=rtcp-mux; the server has no port for RTCP alone.");
    }
  }

  /** RFC 8842 §5.3: the server is the passive end, so the offer must leave it that role. */
  private void checkSetup() throws SdpException {
    Attribute setup = find("setup");
    if (setup == null) {
      throw error(group.getFirst().line(), "no a=setup; a DTLS offer says actpass.");
    }
    switch (setup.value()) {
      case "actpass", "active" -> {
        // The server answers passive.
      }
      case "passive" ->
          throw error(
              setup.line(), "a=setup:passive; the server is passive too. Offer actpass or active.");
      default -> throw error(setup.line(), quote(setup.value()) + " is no DTLS role to offer.");
    }
  }

  /** RFC 8839 §5.4: 4 or 22 to 256 ice-chars. */
  private String iceText(String name, int minLength) throws SdpException {
    Attribute attribute = find(name);
    if (attribute == null) {
      throw error(group.getFirst().line(), "no a=" + name + " here or at session level.");
    }
    String value = attribute.value();
    boolean valid = value.length() >= minLength && value.length() <= 256;
    for (int i = 0; valid && i < value.length(); i++) {
      char c = value.charAt(i);
      valid = SdpSyntax.isAlphanumeric(c) || c == '+' || c == '/';
    }
    if (!valid) {
      // The value itself stays out of the message: messages reach logs, passwords must not.
      throw error(
          attribute.line(),
          "a=" + name + " needs " + minLength + " to 256 letters, digits, + or /.");
    }
    return value;
  }

  private List<RemoteTransport.Fingerprint> fingerprints() throws SdpException {
    List<Attribute> lines = session.all("fingerprint");
    for (MediaDescription media : group) {
      if (media.attributes().has("fingerprint")) {
        lines = media.attributes().all("fingerprint");
        break;
      }
    }
    if (lines.isEmpty()) {
      throw error(group.getFirst().line(), "no a=fingerprint here or at session level.");
    }
    if (lines.size() > MAX_FINGERPRINTS) {
      throw error(lines.getFirst().line(), "more than " + MAX_FINGERPRINTS + " fingerprints.");
    }
    List<RemoteTransport.Fingerprint> fingerprints = new ArrayList<>();
    for (Attribute attribute : lines) {
      RemoteTransport.Fingerprint fingerprint = fingerprint(attribute);
      if (fingerprint != null) {
        fingerprints.add(fingerprint);
      }
    }
    if (fingerprints.isEmpty()) {
      throw error(
          lines.getFirst().line(),
          "the hash of "
              + quote(SdpSyntax.before(lines.getFirst().value(), ' '))
              + " is too weak or unknown; use sha-256, sha-384 or sha-512.");
    }
    return fingerprints;
  }

  /** A fingerprint of a strong hash, or null of another one (RFC 8122 §5). */
  private static RemoteTransport.@Nullable Fingerprint fingerprint(Attribute attribute)
      throws SdpException {
    String algorithm = SdpSyntax.before(attribute.value(), ' ').toLowerCase(Locale.ROOT);
    int bytes =
        switch (algorithm) {
          case "sha-256" -> 32;
          case "sha-384" -> 48;
          case "sha-512" -> 64;
          default -> 0;
        };
    if (bytes == 0) {
      return null;
    }
    String value = SdpSyntax.after(attribute.value(), ' ').strip().toUpperCase(Locale.ROOT);
    boolean valid = value.length() == bytes * 3 - 1;
    for (int i = 0; valid && i < value.length(); i++) {
      char c = value.charAt(i);
      valid = i % 3 == 2 ? c == ':' : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    }
    if (!valid) {
      throw error(
          attribute.line(),
          "a fingerprint of " + algorithm + " has " + bytes + " hexadecimal bytes with colons.");
    }
    return new RemoteTransport.Fingerprint(algorithm, value);
  }
}
