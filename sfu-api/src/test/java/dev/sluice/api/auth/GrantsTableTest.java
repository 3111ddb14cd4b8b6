package dev.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each claim grants, and which algorithm each key is good for. */
@Tag("S5")
class GrantsTableTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final RSAKey RSA = key(() -> TestKeys.rsa("rsa"));
  private static final ECKey EC = key(() -> TestKeys.ec("ec"));
  private static final JWK SECRET = TestKeys.secret("app", "0123456789abcdef0123456789abcdef");
  private static final AccessTokens TOKENS = tokens(AccessTokens.Rules.DEFAULTS);

  private interface KeyMaker<K> {
    K make() throws Exception;
  }

  private static <K> K key(KeyMaker<K> maker) {
    try {
      return maker.make();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static AccessTokens tokens(AccessTokens.Rules rules) {
    KeySetCache file =
        new KeySetCache(
            "test",
            () -> TestKeys.whole(RSA, EC, SECRET),
            true,
            new KeySetCache.Timing(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
            () -> 0);
    return new AccessTokens(SigningKeys.NONE, List.of(file), rules, InstantSource.fixed(NOW));
  }

  private static String token(Map<String, ?> granted) throws Exception {
    return TestKeys.token(
        EC,
        JWSAlgorithm.ES256,
        TestKeys.claims(NOW.plusSeconds(60)).claim("sluice", granted).build());
  }

  private static Reason refusal(AccessTokens tokens, String jwt) {
    return catchThrowableOfType(TokenException.class, () -> tokens.verify(jwt)).reason();
  }

  static Stream<Arguments> grants() {
    return Stream.of(
        Arguments.of(Map.of(), new Grants(true, true, false), false),
        Arguments.of(Map.of("publish", true), new Grants(true, true, false), false),
        Arguments.of(Map.of("publish", false), new Grants(false, true, false), false),
        Arguments.of(Map.of("publish", List.of()), new Grants(false, true, false), false),
        Arguments.of(Map.of("publish", List.of("screen")), new Grants(true, true, false), false),
        Arguments.of(Map.of("subscribe", false), new Grants(true, false, false), false),
        Arguments.of(Map.of("hidden", true), new Grants(true, true, true), false),
        Arguments.of(Map.of("admin", true), new Grants(true, true, false), true),
        Arguments.of(
            Map.of("publish", false, "subscribe", false, "admin", true),
            new Grants(false, false, false),
            true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("grants")
  void grantsWhatTheClaimsSayAndNoMore(Map<String, Object> claims, Grants grants, boolean admin)
      throws Exception {
    Map<String, Object> granted = new HashMap<>(claims);
    granted.put("room", "standup");
    AccessToken token = TOKENS.verify(token(granted));
    assertThat(token.grants().withPublishing(grants.publishing())).isEqualTo(grants);
    assertThat(token.admin()).isEqualTo(admin);
    assertThat(token.publishing().isNone()).isEqualTo(!grants.publish());
  }

  @Test
  @Tag("S7")
  void capsWhatItsBearerIsSentAndSends() throws Exception {
    AccessToken token =
        TOKENS.verify(
            token(
                Map.of(
                    "room",
                    "standup",
                    "maxWidth",
                    640,
                    "maxHeight",
                    360,
                    "maxVideoBitrateBps",
                    800_000,
                    "maxPublishBitrateBps",
                    1_500_000)));
    ParticipantCaps caps = new ParticipantCaps(1_500_000, 800_000, new SlotLimits(640, 360, 0));
    assertThat(token.standing().caps()).isEqualTo(caps);
    JWTClaimsSet.Builder written = new JWTClaimsSet.Builder();
    GrantsClaim.write(token, written);
    assertThat(GrantsClaim.read(written.build()).standing().caps()).isEqualTo(caps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maxWidth", "maxHeight", "maxVideoBitrateBps", "maxPublishBitrateBps"})
  @Tag("S7")
  void refusesATokenWithACapThatIsNoWholeNumber(String cap) throws Exception {
    for (Object value : List.of(-1, 0.5, "much", true, List.of(), 1L << 40)) {
      String jwt = token(Map.of("room", "standup", cap, value));
      assertThat(refusal(TOKENS, jwt)).as("%s", value).isEqualTo(Reason.BAD_CLAIMS);
    }
  }

  /** Of the tracks of every kind and source, which may be published. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "microphone              | AUDIO/MICROPHONE",
        "screen-audio            | AUDIO/SCREEN_AUDIO",
        "camera                  | VIDEO/CAMERA",
        "screen                  | VIDEO/SCREEN",
        "microphone,camera       | AUDIO/MICROPHONE VIDEO/CAMERA",
        "screen,screen-audio     | AUDIO/SCREEN_AUDIO VIDEO/SCREEN",
        "audio                   | AUDIO/MICROPHONE AUDIO/CAMERA AUDIO/SCREEN AUDIO/SCREEN_AUDIO"
            + " AUDIO/UNKNOWN",
        "audio,screen            | AUDIO/MICROPHONE AUDIO/CAMERA AUDIO/SCREEN AUDIO/SCREEN_AUDIO"
            + " AUDIO/UNKNOWN VIDEO/SCREEN",
        "video                   | VIDEO/MICROPHONE VIDEO/CAMERA VIDEO/SCREEN VIDEO/SCREEN_AUDIO"
            + " VIDEO/UNKNOWN",
      })
  void letsPublish(String names, String expected) throws Exception {
    PublishGrant granted =
        TOKENS
            .verify(token(Map.of("room", "a", "publish", List.of(names.split(",")))))
            .publishing();
    List<String> allowed = new ArrayList<>();
    for (MediaKind kind : MediaKind.values()) {
      for (TrackSource source : TrackSource.values()) {
        if (granted.allows(kind, source)) {
          allowed.add(kind + "/" + source);
        }
      }
    }
    assertThat(allowed).containsExactly(expected.split(" "));
    assertThat(granted.names()).containsExactlyInAnyOrder(names.split(","));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "audio,video         | UNKNOWN      | UNKNOWN",
        "microphone          | MICROPHONE   | none",
        "screen,screen-audio | SCREEN_AUDIO | SCREEN",
        "screen,camera       | none         | CAMERA",
        "audio,screen        | UNKNOWN      | SCREEN",
      })
  void takesATrackWithoutASourceForTheFirstThatIsGranted(
      String names, TrackSource audio, TrackSource video) {
    PublishGrant granted = Objects.requireNonNull(PublishGrant.parse(List.of(names.split(","))));
    assertThat(granted.sourceFor(MediaKind.AUDIO)).isEqualTo(audio);
    assertThat(granted.sourceFor(MediaKind.VIDEO)).isEqualTo(video);
  }

  static Stream<List<?>> noSources() {
    return Stream.of(
        List.of("webcam"),
        List.of("microphone", "webcam"),
        List.of("Microphone"),
        List.of("unknown"),
        List.of("camera", "camera"),
        List.of(5),
        List.of(List.of("camera")));
  }

  @ParameterizedTest
  @MethodSource("noSources")
  void refusesATokenWithASourceThatIsNone(List<?> names) throws Exception {
    String jwt = token(Map.of("room", "a", "publish", names));
    TokenException refused = catchThrowableOfType(TokenException.class, () -> TOKENS.verify(jwt));
    assertThat(refused.reason()).isEqualTo(Reason.BAD_CLAIMS);
    assertThat(refused).hasMessageContaining("microphone").hasMessageNotContaining("webcam");
  }

  static Stream<Arguments> algorithms() throws Exception {
    JWTClaimsSet claims = TestKeys.claims(NOW.plusSeconds(60)).build();
    JWK rsaPublicAsSecret = TestKeys.secret("rsa", pem(RSA.toPublicKey().getEncoded()));
    JWK rsaJsonAsSecret = TestKeys.secret("rsa", RSA.toPublicJWK().toJSONString());
    JWK ecPublicAsSecret = TestKeys.secret("ec", pem(EC.toPublicKey().getEncoded()));
    JWK anotherPair = new RSAKey.Builder(TestKeys.rsa("rsa")).build();
    return Stream.of(
        Arguments.of("HS256 with a secret", SECRET, JWSAlgorithm.HS256, claims, null),
        Arguments.of("RS256 with RSA", RSA, JWSAlgorithm.RS256, claims, null),
        Arguments.of("ES256 with P-256", EC, JWSAlgorithm.ES256, claims, null),
        Arguments.of("RS512 with RSA", RSA, JWSAlgorithm.RS512, claims, Reason.WRONG_ALGORITHM),
        Arguments.of("PS256 with RSA", RSA, JWSAlgorithm.PS256, claims, Reason.WRONG_ALGORITHM),
        Arguments.of(
            "an RSA public key (PEM) as a secret",
            rsaPublicAsSecret,
            JWSAlgorithm.HS256,
            claims,
            Reason.WRONG_ALGORITHM),
        Arguments.of(
            "an RSA public key (JWK) as a secret",
            rsaJsonAsSecret,
            JWSAlgorithm.HS256,
            claims,
            Reason.WRONG_ALGORITHM),
        Arguments.of(
            "an EC public key as a secret",
            ecPublicAsSecret,
            JWSAlgorithm.HS256,
            claims,
            Reason.WRONG_ALGORITHM),
        Arguments.of(
            "a key pair under another's id",
            anotherPair,
            JWSAlgorithm.RS256,
            claims,
            Reason.BAD_SIGNATURE),
        Arguments.of(
            "an RSA pair under a secret's id",
            new RSAKey.Builder(RSA).keyID("app").build(),
            JWSAlgorithm.RS256,
            claims,
            Reason.WRONG_ALGORITHM));
  }

  private static String pem(byte[] encoded) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(encoded)
        + "\n-----END PUBLIC KEY-----\n";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("algorithms")
  void checksEachKeyWithItsOwnAlgorithmOnly(
      String what, JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims, Reason refused)
      throws Exception {
    String jwt = TestKeys.token(key, algorithm, claims);
    if (refused == null) {
      assertThat(TOKENS.verify(jwt).identity()).isEqualTo("ada");
    } else {
      assertThat(refusal(TOKENS, jwt)).as(what).isEqualTo(refused);
    }
  }

  @Test
  void takesTheClockSkewFromTheRules() throws Exception {
    AccessTokens strict = tokens(new AccessTokens.Rules(Duration.ZERO, null));
    AccessTokens lax = tokens(new AccessTokens.Rules(Duration.ofMinutes(2), null));
    String expired = TestKeys.token(EC, NOW.minusSeconds(119));
    String early =
        TestKeys.token(
            EC,
            JWSAlgorithm.ES256,
            TestKeys.claims(NOW.plusSeconds(600))
                .notBeforeTime(Date.from(NOW.plusSeconds(119)))
                .build());
    assertThat(lax.verify(expired).identity()).isEqualTo("ada");
    assertThat(lax.verify(early).identity()).isEqualTo("ada");
    assertThat(refusal(strict, expired)).isEqualTo(Reason.EXPIRED);
    assertThat(refusal(strict, early)).isEqualTo(Reason.NOT_YET_VALID);
    assertThat(refusal(strict, TestKeys.token(EC, NOW))).as("exp is now").isEqualTo(Reason.EXPIRED);
  }

  @Test
  void wantsTheAudienceThatTheRulesName() throws Exception {
    AccessTokens picky = tokens(new AccessTokens.Rules(AccessTokens.CLOCK_SKEW, "calls"));
    JWTClaimsSet.Builder claims = TestKeys.claims(NOW.plusSeconds(60));
    assertThat(refusal(picky, TestKeys.token(EC, JWSAlgorithm.ES256, claims.build())))
        .isEqualTo(Reason.WRONG_AUDIENCE);
    claims.audience(List.of("mail"));
    String mail = TestKeys.token(EC, JWSAlgorithm.ES256, claims.build());
    assertThat(refusal(picky, mail)).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(TOKENS.verify(mail).identity()).as("unread unless wanted").isEqualTo("ada");
    claims.audience(List.of("mail", "calls"));
    assertThat(picky.verify(TestKeys.token(EC, JWSAlgorithm.ES256, claims.build())).identity())
        .isEqualTo("ada");
  }

  @Test
  void writesTheGrantsThatItReads() throws Exception {
    AccessTokens own =
        new AccessTokens(
            SigningKeys.of(Map.of("app", "0123456789abcdef0123456789abcdef")),
            InstantSource.fixed(NOW));
    for (PublishGrant publishing :
        List.of(
            PublishGrant.ALL,
            PublishGrant.NONE,
            new PublishGrant(Set.of(MediaKind.AUDIO), Set.of(TrackSource.SCREEN)))) {
      AccessToken content =
          new AccessToken(
              "ada",
              "Ada",
              "standup",
              new Grants(!publishing.isNone(), true, false),
              publishing,
              false);
      assertThat(own.verify(own.issue("app", content, NOW.plusSeconds(60)))).isEqualTo(content);
    }
  }
}
