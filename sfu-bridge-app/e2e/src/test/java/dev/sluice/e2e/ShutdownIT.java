package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.SignallingClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients of a real process see of its end. */
class ShutdownIT {
  /** Clients have five seconds to go, requests ten, the media side a few. */
  private static final Duration BOUND = Duration.ofSeconds(20);

  @Test
  void tellsEveryClientAndEndsWithinItsBoundOnSigterm() {
    try (ServerProcess server = ServerProcess.start("shutdown", 0, Map.of());
        SignallingClient ada = new SignallingClient(server.signalUri());
        SignallingClient bob = new SignallingClient(server.signalUri());
        SignallingClient undecided = new SignallingClient(server.signalUri())) {
      ada.join("a", "ada");
      bob.join("b", "bob");
      long startNanos = System.nanoTime();
      // SIGTERM on every platform that has it.
      ProcessHandle.of(server.pid()).orElseThrow().destroy();
      for (SignallingClient client : new SignallingClient[] {ada, bob, undecided}) {
        assertThat(client.await("closed").path("code").asString()).isEqualTo("server-shutdown");
        assertThat(client.awaitClose()).isEqualTo(1001);
      }
      Await.until("the process ends", BOUND, () -> !server.alive(), server::log);
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(BOUND);
      assertThat(server.log()).doesNotContain("Exception");
    }
  }
}
