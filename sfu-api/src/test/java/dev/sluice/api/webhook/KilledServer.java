package dev.sluice.api.webhook;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own in which rooms come and go, until it is killed. Prints a line for each room
 * whose start is answered for, so that the test knows what must arrive.
 */
final class KilledServer {
  private KilledServer() {}

  /** Directory, number of the run, and the ports of two receivers. */
  public static void main(String[] arguments) throws Exception {
    String run = arguments[1];
    List<WebhookEndpoint> endpoints = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      endpoints.add(
          new WebhookEndpoint(
              "receiver-" + (i - 2),
              URI.create("http://127.0.0.1:" + arguments[i] + "/"),
              List.of(WebhookEndpoint.key(Receiver.SECRET))));
    }
    Webhooks webhooks =
        Webhooks.start(
            new WebhookSettings(
                Path.of(arguments[0]),
                endpoints,
                100_000_000,
                Duration.ofHours(1),
                Duration.ofSeconds(2),
                new RetryPolicy(
                    Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofHours(1))),
            InstantSource.system(),
            System::nanoTime,
            new Random());
    for (int room = 0; ; room++) {
      RoomId id = new RoomId("run" + run + "-room" + room);
      webhooks.observer().onStarted(id);
      for (int i = 0; i < 5; i++) {
        ParticipantId participant = new ParticipantId("P-" + i);
        webhooks
            .observer()
            .onChange(
                id,
                new RoomEvent.ParticipantJoined(
                    new ParticipantInfo(participant, "p" + i, "", List.of())));
        webhooks
            .observer()
            .onChange(id, new RoomEvent.ParticipantLeft(participant, LeaveReason.LEFT));
      }
      // A busy machine's disk may take longer than a request would wait for it.
      while (!webhooks.awaitWritten()) {
        System.err.println("the disk is slow");
      }
      System.out.println(id.value());
      if (room % 3 != 0) {
        webhooks.observer().onEnded(id);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
