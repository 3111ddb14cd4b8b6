package dev.sluice.transport.dtls;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of certificates (RFC 8122 §5). Older hashes than the SHA-2 family are not accepted: a
 * certificate that matches nothing else does not match.
 */
final class CertificateFingerprints {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

  private CertificateFingerprints() {}

  static Fingerprint sha256(byte[] certificate) {
    return new Fingerprint("sha-256", COLONS.formatHex(digest("SHA-256", certificate)));
  }

  /** Whether any of the expected hashes is the certificate's; each compared in constant time. */
  static boolean matchesAny(List<Fingerprint> expected, byte[] certificate) {
    boolean matches = false;
    for (Fingerprint fingerprint : expected) {
      String algorithm = digestName(fingerprint.algorithm());
      if (algorithm != null) {
        byte[] actual = ascii(COLONS.formatHex(digest(algorithm, certificate)));
        byte[] wanted = ascii(fingerprint.value().toUpperCase(Locale.ROOT));
        matches |= MessageDigest.isEqual(actual, wanted);
      }
    }
    return matches;
  }

  private static @Nullable String digestName(String algorithm) {
    return switch (algorithm.toLowerCase(Locale.ROOT)) {
      case "sha-256" -> "SHA-256";
      case "sha-384" -> "SHA-384";
      case "sha-512" -> "SHA-512";
      default -> null;
    };
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has the SHA-2 family", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
