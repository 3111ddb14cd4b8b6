package dev.sluice.api.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.Standing;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes what a token's claims say of its bearer, the claim {@code sluice} above all. */
final class GrantsClaim {
  private static final String NAME = "sluice";
  private static final String MAX_WIDTH = "maxWidth";
  private static final String MAX_HEIGHT = "maxHeight";
  private static final String MAX_VIDEO_BITRATE = "maxVideoBitrateBps";
  private static final String MAX_PUBLISH_BITRATE = "maxPublishBitrateBps";
  private static final String CAPTURE_PAYLOAD = "capturePayload";
  private static final int MAX_TEXT_CHARS = 128;
  private static final int MAX_ROLE_CHARS = 32;

  private GrantsClaim() {}

  static void write(AccessToken content, JWTClaimsSet.Builder claims) {
    Map<String, Object> granted = new LinkedHashMap<>();
    PublishGrant publishing = content.publishing();
    granted.put("room", content.room());
    granted.put(
        "publish",
        publishing.isNone() || publishing.equals(PublishGrant.ALL)
            ? content.grants().publish()
            : publishing.names());
    granted.put("subscribe", content.grants().subscribe());
    granted.put("hidden", content.grants().hidden());
    putIf(granted, "data", false, !content.grants().data());
    putIf(granted, "admin", true, content.admin());
    putIf(granted, CAPTURE_PAYLOAD, true, content.capturesPayload());
    putIf(granted, "role", content.standing().role(), !content.standing().role().isEmpty());
    putIf(
        granted,
        "metadata",
        content.standing().metadata(),
        !content.standing().metadata().isEmpty());
    ParticipantCaps caps = content.standing().caps();
    putIf(granted, MAX_WIDTH, caps.picture().maxWidth(), caps.picture().maxWidth() > 0);
    putIf(granted, MAX_HEIGHT, caps.picture().maxHeight(), caps.picture().maxHeight() > 0);
    putIf(granted, MAX_VIDEO_BITRATE, caps.videoBitrateBps(), caps.videoBitrateBps() > 0);
    putIf(granted, MAX_PUBLISH_BITRATE, caps.publishBitrateBps(), caps.publishBitrateBps() > 0);
    if (!content.tokenId().isEmpty()) {
      claims.jwtID(content.tokenId());
    }
    claims.subject(content.identity()).claim("name", content.name()).claim(NAME, granted);
  }

  private static void putIf(
      Map<String, Object> granted, String key, Object value, boolean condition) {
    if (condition) {
      granted.put(key, value);
    }
  }

  static AccessToken read(JWTClaimsSet claims) throws TokenException {
    String identity = text(claims.getSubject(), "sub");
    if (identity == null || identity.isEmpty()) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no claim \"sub\".");
    }
    String name = text(claims.getClaim("name"), "name");
    if (!(claims.getClaim(NAME) instanceof Map<?, ?> granted)) {
      throw new TokenException(
          Reason.BAD_CLAIMS, "The access token has no claim \"sluice\" with an object.");
    }
    String room = text(granted.get("room"), "sluice.room");
    if (room == null || room.isEmpty()) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no \"sluice.room\".");
    }
    PublishGrant publishing = publishing(granted);
    Grants grants =
        new Grants(
            publishing,
            flag(granted, "subscribe", true),
            flag(granted, "hidden", false),
            flag(granted, "data", true));
    Standing standing =
        new Standing(
            grants,
            orEmpty(text(granted.get("role"), "sluice.role", MAX_ROLE_CHARS)),
            orEmpty(text(granted.get("metadata"), "sluice.metadata", Standing.MAX_METADATA_CHARS)),
            false,
            caps(granted));
    return new AccessToken(
        identity,
        orEmpty(name),
        room,
        standing,
        flag(granted, "admin", false),
        flag(granted, CAPTURE_PAYLOAD, false),
        orEmpty(text(claims.getJWTID(), "jti")));
  }

  private static ParticipantCaps caps(Map<?, ?> granted) throws TokenException {
    return new ParticipantCaps(
        cap(granted, MAX_PUBLISH_BITRATE),
        cap(granted, MAX_VIDEO_BITRATE),
        new SlotLimits((int) cap(granted, MAX_WIDTH), (int) cap(granted, MAX_HEIGHT), 0));
  }

  private static long cap(Map<?, ?> granted, String key) throws TokenException {
    Object value = granted.get(key);
    if (value == null) {
      return 0;
    }
    boolean whole = value instanceof Long || value instanceof Integer;
    long cap = whole ? ((Number) value).longValue() : -1;
    if (cap < 0 || cap > Integer.MAX_VALUE) {
      throw new TokenException(
          Reason.BAD_CLAIMS,
          "The claim \"sluice.%s\" must be a whole number from 0 to %d."
              .formatted(key, Integer.MAX_VALUE));
    }
    return cap;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static PublishGrant publishing(Map<?, ?> granted) throws TokenException {
    if (!(granted.get("publish") instanceof Collection<?> names)) {
      return PublishGrant.of(flag(granted, "publish", true));
    }
    PublishGrant publishing = PublishGrant.parse(names);
    if (publishing == null) {
      throw new TokenException(
          Reason.BAD_CLAIMS,
          "The claim \"sluice.publish\" may list, each once: %s."
              .formatted(String.join(", ", PublishGrant.allNames())));
    }
    return publishing;
  }

  private static @Nullable String text(@Nullable Object value, String claim) throws TokenException {
    return text(value, claim, MAX_TEXT_CHARS);
  }

  private static @Nullable String text(@Nullable Object value, String claim, int maxChars)
      throws TokenException {
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.length() > maxChars) {
      throw new TokenException(
          Reason.BAD_CLAIMS,
          "The claim \"%s\" must be a string of at most %d characters.".formatted(claim, maxChars));
    }
    return text;
  }

  private static boolean flag(Map<?, ?> granted, String key, boolean absent) throws TokenException {
    Object value = granted.get(key);
    if (value == null) {
      return absent;
    }
    if (!(value instanceof Boolean flag)) {
      throw new TokenException(
          Reason.BAD_CLAIMS, "The claim \"sluice.%s\" must be true or false.".formatted(key));
    }
    return flag;
  }
}
