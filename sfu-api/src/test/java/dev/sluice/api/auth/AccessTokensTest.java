package dev.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.media.RoomId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S5")
class AccessTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER_SECRET = "fedcba9876543210fedcba9876543210";
  private static final RoomId STANDUP = new RoomId("standup");

  private final AccessTokens tokens =
      new AccessTokens(
          SigningKeys.of(Map.of("app", SECRET, "other", OTHER_SECRET)), InstantSource.fixed(NOW));

  private static JWTClaimsSet.Builder goodClaims() {
    return new JWTClaimsSet.Builder()
        .issuer("app")
        .subject("ada")
        .expirationTime(Date.from(NOW.plusSeconds(60)))
        .claim("sluice", Map.of("room", "standup"));
  }

  private static String sign(JWTClaimsSet claims, @Nullable String kid, String secret)
      throws Exception {
    return sign(JWSAlgorithm.HS256, claims, kid, secret);
  }

  private static String sign(
      JWSAlgorithm algorithm, JWTClaimsSet claims, @Nullable String kid, String secret)
      throws Exception {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims);
    jwt.sign(new MACSigner(secret));
    return jwt.serialize();
  }

  @Test
  void readsWhatItIssued() throws Exception {
    AccessToken content = new AccessToken("ada", "Ada", "standup", new Grants(true, false, true));
    String jwt = tokens.issue("other", content, NOW.plusSeconds(1));
    assertThat(tokens.verify(jwt)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", " ", "\r\n", "\u00a0", "!", "=", "+", "%20"})
  void takesATokenInItsOneFormOnly(String extra) throws Exception {
    String good = sign(goodClaims().build(), null, SECRET);
    int signature = good.length() - 8;
    for (String written :
        new String[] {
          extra + good,
          good + extra,
          good.substring(0, signature) + extra + good.substring(signature),
        }) {
      assertThatExceptionOfType(TokenException.class)
          .isThrownBy(() -> tokens.verify(written))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    }
    assertThat(tokens.verify(good).identity()).isEqualTo("ada");
  }

  @Test
  void grantsPublishAndSubscribeUnlessTold() throws Exception {
    AccessToken token = tokens.verify(sign(goodClaims().build(), null, SECRET));
    assertThat(token.grants()).isEqualTo(Grants.ALL);
    assertThat(token.name()).isEmpty();
  }

  @Test
  void letsTheKidHeaderSelectTheKeyBeforeTheIssuer() throws Exception {
    assertThat(tokens.verify(sign(goodClaims().build(), "other", OTHER_SECRET)).identity())
        .isEqualTo("ada");
  }

  @Test
  void toleratesThirtySecondsOfClockSkewAndNotMore() throws Exception {
    String justGood =
        sign(
            goodClaims()
                .expirationTime(Date.from(NOW.minusSeconds(29)))
                .notBeforeTime(Date.from(NOW.plusSeconds(30)))
                .build(),
            null,
            SECRET);
    assertThat(tokens.verify(justGood).identity()).isEqualTo("ada");
    assertThat(refusal(sign(expiring(NOW.minusSeconds(30)), null, SECRET)))
        .isEqualTo(Reason.EXPIRED);
    assertThat(
            refusal(
                sign(
                    goodClaims().notBeforeTime(Date.from(NOW.plusSeconds(31))).build(),
                    null,
                    SECRET)))
        .isEqualTo(Reason.NOT_YET_VALID);
  }

  static Stream<Arguments> badTokens() throws Exception {
    String good = sign(goodClaims().build(), null, SECRET);
    int lastDot = good.lastIndexOf('.');
    char flipped = good.charAt(lastDot + 1) == 'A' ? 'B' : 'A';
    return Stream.of(
        Arguments.of("empty", "", Reason.MALFORMED),
        Arguments.of("not a JWT", "hello", Reason.MALFORMED),
        Arguments.of("two parts", good.substring(0, lastDot), Reason.MALFORMED),
        Arguments.of("far too long", "a".repeat(9000), Reason.MALFORMED),
        Arguments.of("unsigned", new PlainJWT(goodClaims().build()).serialize(), Reason.MALFORMED),
        Arguments.of(
            "another HMAC",
            sign(JWSAlgorithm.HS512, goodClaims().build(), null, SECRET.repeat(2)),
            Reason.WRONG_ALGORITHM),
        Arguments.of(
            "unknown kid", sign(goodClaims().build(), "nobody", SECRET), Reason.UNKNOWN_KEY),
        Arguments.of(
            "no kid and no issuer",
            sign(goodClaims().issuer(null).build(), null, SECRET),
            Reason.UNKNOWN_KEY),
        Arguments.of(
            "another key's signature",
            sign(goodClaims().build(), "app", OTHER_SECRET),
            Reason.BAD_SIGNATURE),
        Arguments.of(
            "a flipped signature",
            good.substring(0, lastDot + 1) + flipped + good.substring(lastDot + 2),
            Reason.BAD_SIGNATURE),
        Arguments.of(
            "no expiry",
            sign(goodClaims().expirationTime(null).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "no subject",
            sign(goodClaims().subject(null).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "a long subject",
            sign(goodClaims().subject("x".repeat(129)).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "a numeric name",
            sign(goodClaims().claim("name", 5).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "no grants",
            sign(goodClaims().claim("sluice", null).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "grants without a room",
            sign(goodClaims().claim("sluice", Map.of("publish", true)).build(), null, SECRET),
            Reason.BAD_CLAIMS),
        Arguments.of(
            "a grant that is no boolean",
            sign(
                goodClaims().claim("sluice", Map.of("room", "a", "publish", "yes")).build(),
                null,
                SECRET),
            Reason.BAD_CLAIMS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void refusesWith(String name, String jwt, Reason reason) {
    TokenException refused = catchThrowableOfType(TokenException.class, () -> tokens.verify(jwt));
    assertThat(refused.reason()).as(name).isEqualTo(reason);
    assertThat(refused).hasMessageEndingWith(".").hasMessageNotContaining(SECRET);
  }

  @Test
  void refusesATokenForAnotherRoomAndAcceptsOneForEvery() throws Exception {
    Admission admission = new Admission(tokens, false);
    String elsewhere = issue("retro");
    String everywhere = issue("*");
    String administrator = administrator("*");
    assertThatExceptionOfType(TokenException.class)
        .isThrownBy(() -> admission.admit(STANDUP, elsewhere, "", ""))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_ROOM));
    assertThat(admission.admit(STANDUP, everywhere, "", "").identity()).isEqualTo("ada");
    assertThatExceptionOfType(TokenException.class)
        .isThrownBy(() -> admission.administrator(administrator("standup")).requireEveryRoom())
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_ROOM));
    admission.administrator(administrator).requireEveryRoom();
  }

  @Test
  void letsOnlyAnAdministratorOfTheRoomOrOfAllAdminister() throws Exception {
    Admission admission = new Admission(tokens, false);
    admission.administrator(administrator("standup")).requireRoom(STANDUP);
    admission.administrator(administrator("*")).requireRoom(STANDUP);
    assertThat(tokens.verify(administrator("*")).admin()).isTrue();
    assertThat(tokens.verify(issue("*")).admin()).isFalse();
    Map.of(
            administrator("retro"),
            Reason.WRONG_ROOM,
            issue("*"),
            Reason.NOT_ADMINISTRATOR,
            "",
            Reason.MISSING,
            "junk",
            Reason.MALFORMED)
        .forEach(
            (token, reason) ->
                assertThatExceptionOfType(TokenException.class)
                    .isThrownBy(() -> admission.administrator(token).requireRoom(STANDUP))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason)));
    new Admission(tokens, true).administrator(null).requireRoom(STANDUP);
  }

  private String administrator(String room) {
    return tokens.issue(
        "app", new AccessToken("ops", "", room, Grants.ALL, true), NOW.plusSeconds(60));
  }

  @Test
  void needsATokenInProductionAndInDevelopmentOnlyAGoodOneOrNone() throws Exception {
    assertThatExceptionOfType(TokenException.class)
        .isThrownBy(() -> new Admission(tokens, false).admit(STANDUP, null, "eve", "Eve"))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MISSING));
    Admission development = new Admission(tokens, true);
    assertThat(development.admit(STANDUP, null, "eve", "Eve"))
        .isEqualTo(new AccessToken("eve", "Eve", "standup", Grants.ALL));
    assertThatExceptionOfType(TokenException.class)
        .isThrownBy(() -> development.admit(STANDUP, "junk", "eve", "Eve"));
  }

  @Test
  void doesNotTakeTheWordOfTheMessageWhenThereIsAToken() throws Exception {
    assertThat(new Admission(tokens, true).admit(STANDUP, issue("standup"), "eve", "Eve"))
        .extracting(AccessToken::identity, AccessToken::name)
        .containsExactly("ada", "Ada");
  }

  @Test
  void refusesShortKeysByNameAndNeverPrintsASecret() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningKeys.of(Map.of("app", "short-secret")))
        .withMessageContaining("\"app\"")
        .withMessageContaining("32")
        .withMessageNotContaining("short-secret");
    assertThat(SigningKeys.of(Map.of("app", SECRET))).hasToString("SigningKeys[app]");
  }

  @Test
  void makesADifferentRandomKeyEachTime() {
    AccessToken content = new AccessToken("ada", "", "*", Grants.ALL);
    AccessTokens mine = withRandomKey();
    String jwt = mine.issue("development", content, NOW.plus(Duration.ofHours(1)));
    assertThatExceptionOfType(TokenException.class)
        .isThrownBy(() -> withRandomKey().verify(jwt))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
  }

  private static AccessTokens withRandomKey() {
    return new AccessTokens(
        SigningKeys.random("development", new SecureRandom()), InstantSource.fixed(NOW));
  }

  private String issue(String room) {
    return tokens.issue(
        "app", new AccessToken("ada", "Ada", room, Grants.ALL), NOW.plusSeconds(60));
  }

  private static JWTClaimsSet expiring(Instant when) {
    return goodClaims().expirationTime(Date.from(when)).build();
  }

  private Reason refusal(String jwt) {
    return catchThrowableOfType(TokenException.class, () -> tokens.verify(jwt)).reason();
  }
}
