package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures are those of Standard Webhooks. */
@Tag("A2")
class WebhookSignatureTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final String BODY = "{\"test\": 2432232314}";

  @Test
  void signsAsOtherImplementationsDo() {
    assertThat(WebhookSignature.of(List.of(WebhookEndpoint.key(SECRET)), ID, 1614265330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void signsWithEveryKeySoThatOneCanFollowTheOther() {
    String both =
        WebhookSignature.of(
            List.of(WebhookEndpoint.key(OTHER), WebhookEndpoint.key(SECRET)), ID, 1614265330, BODY);
    assertThat(both.split(" "))
        .hasSize(2)
        .contains(WebhookSignature.of(List.of(WebhookEndpoint.key(SECRET)), ID, 1614265330, BODY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_*&%"})
  void refusesWhatIsNoSecret(String secret) {
    assertThatThrownBy(() -> WebhookEndpoint.key(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  }

  @Test
  void printsNoSecret() {
    WebhookEndpoint endpoint =
        new WebhookEndpoint(
            "app",
            URI.create("https://example.org:8443/hook?token=secret"),
            List.of(WebhookEndpoint.key(SECRET)));
    assertThat(endpoint).hasToString("app at https://example.org:8443/hook");
  }
}
