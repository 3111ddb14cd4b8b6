package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One participant of a call restarts ICE; what both then have to see, whatever their browsers. */
final class IceRestart {
  private IceRestart() {}

  /** Restarts in the middle of a call and watches it for eight seconds. */
  static void during(CallPage restarting, CallPage other, ServerProcess server, String test) {
    restarting.awaitVideos(1);
    other.awaitVideos(1);
    String answerBefore = remoteSdp(restarting);
    List<CallPage> both = List.of(restarting, other);
    List<MediaStats> before = both.stream().map(call -> call.page().stats()).toList();
    both.forEach(call -> call.page().watchVideos());
    restarting.page().evaluate("window.sluiceRoom.restartIce()");
    Await.until(
        "the answer to the restart is applied",
        Duration.ofSeconds(10),
        () ->
            !attribute(remoteSdp(restarting), "ice-ufrag")
                .equals(attribute(answerBefore, "ice-ufrag")));
    // Longer than the old credentials could carry the call.
    Await.pass(Duration.ofSeconds(8));
    List<Stillness> stillness = both.stream().map(call -> call.page().stillness()).toList();
    List<MediaStats> after = both.stream().map(call -> call.page().stats()).toList();
    String answerAfter = remoteSdp(restarting);
    new Figures(test)
        .add("restarting", stillness.get(0))
        .add("other", stillness.get(1))
        .add("dropped", server.metrics().dropped())
        .publish();

    assertThat(attribute(answerAfter, "fingerprint"))
        .as("the server's certificate, so DTLS was not begun anew")
        .hasSize(1)
        .isEqualTo(attribute(answerBefore, "fingerprint"));
    assertThat(attribute(answerAfter, "ssrc")).isEqualTo(attribute(answerBefore, "ssrc"));
    assertThat(restarting.page().evaluate("window.__probe.connections.length").asInt())
        .as("peer connections")
        .isOne();
    assertThat(restarting.state()).isEqualTo("connected");
    for (int i = 0; i < both.size(); i++) {
      assertThat(stillness.get(i).videos()).isOne();
      assertThat(stillness.get(i).longestStillMillis()).isLessThanOrEqualTo(2000);
      assertThat(streams(after.get(i))).as("received streams").isEqualTo(streams(before.get(i)));
      assertThat(after.get(i).largestGrowthSince(before.get(i), "video", Inbound::framesDecoded))
          .isGreaterThan(50);
      assertThat(after.get(i).largestGrowthSince(before.get(i), "audio", Inbound::totalAudioEnergy))
          .isPositive();
    }
    assertThat(server.metrics().dropped())
        .as("SRTP goes on where it was")
        .doesNotContainKeys("replayed", "authentication_failed");
  }

  private static String remoteSdp(CallPage call) {
    return call.page().evaluate("window.__probe.connections[0].remoteDescription.sdp").asString();
  }

  /** The distinct values of an attribute. */
  private static Set<String> attribute(String sdp, String name) {
    return Pattern.compile("(?m)^a=" + name + ":(.*)$")
        .matcher(sdp)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  private static Set<String> streams(MediaStats stats) {
    return stats.inbound().stream()
        .filter(stream -> stream.packetsReceived() > 0)
        .map(Inbound::key)
        .collect(Collectors.toSet());
  }
}
