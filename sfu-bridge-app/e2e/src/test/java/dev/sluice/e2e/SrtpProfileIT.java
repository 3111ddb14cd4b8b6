package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Firefox;
import dev.sluice.e2e.browser.HttpMedia;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.network.NetworkNamespace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each SRTP profile, forced by a server that has no other, carries a call between browsers. */
@Tag("S1")
@Timeout(180)
class SrtpProfileIT {
  /** DTLS 1.2 on the wire (RFC 6347 §4.1). */
  private static final String DTLS_1_2 = "FEFD";

  private static final List<String> PROFILES =
      List.of("AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80");

  @Test
  void eachProfileCarriesACallOfChromiumAndFirefox() {
    try (NetworkNamespace namespace = NetworkNamespace.create();
        Chromium chromium = Chromium.launch("srtp-chromium", namespace);
        Firefox firefox = Firefox.launch("srtp-firefox", namespace)) {
      for (String profile : PROFILES) {
        try (ServerProcess server =
                ServerProcess.start(
                    "srtp-" + profile, namespace, Map.of("sluice.media.srtp-profiles", profile));
            Page one = chromium.open(server.uri("/sdk/sluice.js"));
            Page other = firefox.open(server.uri("/sdk/sluice.js"))) {
          call(profile, new HttpMedia(one), new HttpMedia(other));
          assertThat(server.metrics().dropped())
              .as("a packet that one end cannot authenticate")
              .doesNotContainKeys("authentication_failed", "no_keys");
        }
      }
    }
  }

  private static void call(String profile, HttpMedia chromium, HttpMedia firefox) {
    chromium.publish("published", "by-chromium", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
    firefox.publish("published", "by-firefox", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
    chromium.play("played", "by-firefox");
    firefox.play("played", "by-chromium");
    chromium.awaitBoth("played");
    firefox.awaitBoth("played");
    Map<String, HttpMedia.Transport> told = new LinkedHashMap<>();
    for (String session : List.of("published", "played")) {
      told.put("chromium " + session, chromium.transport(session));
      told.put("firefox " + session, firefox.transport(session));
    }
    new Figures("SrtpProfileIT." + profile).add("told", told).publish();
    // Browsers say it in the words of IANA's registry of DTLS-SRTP profiles.
    assertThat(told.values())
        .allSatisfy(
            transport ->
                assertThat(transport)
                    .isEqualTo(new HttpMedia.Transport("SRTP_" + profile, DTLS_1_2)));
  }
}
