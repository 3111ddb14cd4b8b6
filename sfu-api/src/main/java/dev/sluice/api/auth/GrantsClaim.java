package dev.sluice.api.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishGrant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes what a token's claims say of its bearer, the claim {@code sluice} above all. */
final class GrantsClaim {
  private static final String NAME = "sluice";
  private static final int MAX_TEXT_CHARS = 128;

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
    if (content.admin()) {
      granted.put("admin", true);
    }
    claims.subject(content.identity()).claim("name", content.name()).claim(NAME, granted);
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
            !publishing.isNone(), flag(granted, "subscribe", true), flag(granted, "hidden", false));
    return new AccessToken(
        identity,
        name == null ? "" : name,
        room,
        grants,
        publishing,
        flag(granted, "admin", false));
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
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.length() > MAX_TEXT_CHARS) {
      throw new TokenException(
          Reason.BAD_CLAIMS,
          "The claim \"%s\" must be a string of at most %d characters."
              .formatted(claim, MAX_TEXT_CHARS));
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
