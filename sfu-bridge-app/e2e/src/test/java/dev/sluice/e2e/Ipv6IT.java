package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.network.NetworkNamespace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call in a network that has IPv6 only. */
@Tag("C11")
@Timeout(300)
class Ipv6IT {
  @Test
  void clientsOfANetworkWithoutIpv4SeeEachOther() {
    try (NetworkNamespace namespace = NetworkNamespace.createIpv6Only();
        ServerProcess server =
            ServerProcess.start(
                "ipv6",
                namespace,
                // Nothing advertised: the server finds the machine's addresses.
                Map.of(
                    "sluice.media.bind-address",
                    "::",
                    "sluice.media.advertised-addresses",
                    "",
                    "sluice.media.prefer-family",
                    "ipv6"));
        Chromium chromium = Chromium.launch("ipv6", namespace);
        CallPage ada = CallPage.join(chromium, server.uri("/"), "ipv6", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "ipv6", "Bob")) {
      for (CallPage call : List.of(ada, bob)) {
        call.awaitVideos(1);
        assertThat(call.page().protocols()).containsExactly("udp " + namespace.mediaAddress());
      }
      assertThat(
              ada.page()
                  .evaluate("window.__probe.connections[0].remoteDescription.sdp")
                  .asString()
                  .lines()
                  .filter(line -> line.startsWith("a=candidate:"))
                  .findFirst())
          .hasValueSatisfying(line -> assertThat(line).contains(namespace.mediaAddress()));
    }
  }
}
