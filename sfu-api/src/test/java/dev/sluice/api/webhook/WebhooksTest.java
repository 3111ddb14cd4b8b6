package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What receivers get, over HTTP and through a real outbox. */
@Tag("A2")
class WebhooksTest {
  private static final RoomId STANDUP = new RoomId("standup");
  private static final ParticipantId ADA = new ParticipantId("P-1");
  private static final TrackId VOICE = new TrackId("t1");

  @TempDir private Path folder;
  private long starts;
  private Receiver app = closed();
  private Receiver billing = closed();

  private static Receiver closed() {
    try (Receiver receiver = new Receiver("none")) {
      return receiver;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void open() throws IOException {
    app = new Receiver("app");
    billing = new Receiver("billing");
  }

  @AfterEach
  void close() {
    app.close();
    billing.close();
  }

  private Webhooks start(Duration giveUpAfter, Receiver... receivers) throws IOException {
    return Webhooks.start(
        new WebhookSettings(
            folder,
            List.of(receivers).stream().map(Receiver::endpoint).toList(),
            100_000_000,
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            new RetryPolicy(Duration.ofMillis(5), Duration.ofMillis(20), giveUpAfter)),
        InstantSource.system(),
        System::nanoTime,
        new Random(++starts));
  }

  private Webhooks start(Receiver... receivers) throws IOException {
    return start(Duration.ofMinutes(1), receivers);
  }

  private static void call(RoomObserver observer, RoomId room) {
    observer.onStarted(room);
    observer.onChange(
        room, new RoomEvent.ParticipantJoined(new ParticipantInfo(ADA, "ada", "Ada", List.of())));
    observer.onChange(
        room,
        new RoomEvent.TrackPublished(
            new TrackInfo(
                VOICE, ADA, "0", MediaKind.AUDIO, TrackSource.MICROPHONE, "", false, false, 1)));
    observer.onChange(room, new RoomEvent.TrackMuted(VOICE, true));
    observer.onChange(room, new RoomEvent.ParticipantLeft(ADA, LeaveReason.LEFT));
    observer.onEnded(room);
  }

  @Test
  void tellsWhatHappensInARoomSignedAndInOrder() throws IOException {
    try (Webhooks webhooks = start(app, billing)) {
      call(webhooks.observer(), STANDUP);
      Receiver.await("both have it", () -> app.size() >= 6 && billing.size() >= 6);
      assertThat(app.wrongSignatures()).isZero();
      for (Receiver receiver : List.of(app, billing)) {
        assertThat(receiver.events())
            .extracting(event -> event.get("type").stringValue())
            .containsExactly(
                "room.started",
                "participant.joined",
                "track.published",
                "track.muted",
                "participant.left",
                "room.ended");
        assertThat(receiver.sequences().values()).containsExactly(List.of(1L, 2L, 3L, 4L, 5L, 6L));
      }
      JsonNode left = app.events().get(4);
      assertThat(left.at("/participant/identity").stringValue()).isEqualTo("ada");
      assertThat(left.get("reason").stringValue()).isEqualTo("left");
      assertThat(left.get("room").stringValue()).isEqualTo("standup");
      Receiver.await("all is delivered", () -> webhooks.delivered("app") == 6);
      assertThat(webhooks.status("app").orElseThrow().pending()).isZero();
    }
  }

  @Test
  void aReceiverThatIsDownHoldsUpNobodyElseAndMissesNothing() throws IOException {
    app.answer(events -> 503);
    try (Webhooks webhooks = start(app, billing)) {
      IntStream.range(0, 200).forEach(i -> call(webhooks.observer(), new RoomId("room" + i)));
      Receiver.await("the other has all", () -> billing.size() == 1200);
      Receiver.await("it was asked", () -> webhooks.failed("app") > 2);
      assertThat(webhooks.status("app").orElseThrow())
          .satisfies(
              status -> {
                assertThat(status.pending()).isEqualTo(1200);
                assertThat(status.lastError()).isEqualTo("HTTP 503");
                assertThat(status.oldestPending()).isNotNull();
              });
      app.answer(events -> 204);
      Receiver.await("it has all, too", () -> app.size() >= 1200);
      assertThat(app.sequences())
          .hasSize(200)
          .allSatisfy(
              (session, numbers) -> assertThat(numbers).containsExactly(1L, 2L, 3L, 4L, 5L, 6L));
      assertThat(app.requestIds()).as("many in one request").hasSizeLessThan(100);
    }
  }

  @Test
  void whatAReceiverCannotTakeBecomesADeadLetterAndTheRestGoesOn() throws IOException {
    app.answer(
        events ->
            events.stream().anyMatch(event -> event.get("type").stringValue().startsWith("track."))
                ? 400
                : 204);
    try (Webhooks webhooks = start(app)) {
      call(webhooks.observer(), STANDUP);
      Receiver.await("the rest is there", () -> app.size() == 4);
      Receiver.await("nothing waits", () -> webhooks.status("app").orElseThrow().pending() == 0);
      assertThat(webhooks.deadLetters("app", 0, 10))
          .hasSize(2)
          .allSatisfy(letter -> assertThat(letter.reason()).endsWith("the last: HTTP 400"))
          .extracting(Webhooks.DeadLetter::number)
          .containsExactly(3L, 4L);
      assertThat(app.sequences().values())
          .as("a gap is seen")
          .containsExactly(List.of(1L, 2L, 5L, 6L));
      app.answer(events -> 204);
      assertThat(webhooks.replayDeadLetters("app")).isEqualTo(2);
      Receiver.await("they are there", () -> app.size() == 6);
      assertThat(webhooks.deadLetters("app", 0, 10)).isEmpty();
    }
  }

  @Test
  void givesUpOneEventAtATimeWhenAReceiverIsDownForTooLong() throws IOException {
    app.answer(events -> 500);
    try (Webhooks webhooks = start(Duration.ofMillis(100), app)) {
      call(webhooks.observer(), STANDUP);
      Receiver.await(
          "one is given up", () -> webhooks.status("app").orElseThrow().deadLetters() > 0);
      app.answer(events -> 204);
      Receiver.await("nothing waits", () -> webhooks.status("app").orElseThrow().pending() == 0);
      int dead = webhooks.status("app").orElseThrow().deadLetters();
      assertThat(dead + app.size()).isEqualTo(6);
      assertThat(webhooks.discardDeadLetters("app")).isEqualTo(dead);
    }
  }

  @Test
  void goesOnWhereItWasWhenTheServerRunsAgain() throws IOException {
    app.answer(events -> 503);
    try (Webhooks webhooks = start(app)) {
      webhooks.observer().onStarted(STANDUP);
      assertThat(webhooks.awaitWritten()).isTrue();
    }
    app.answer(events -> 204);
    try (Webhooks webhooks = start(app)) {
      call(webhooks.observer(), new RoomId("retro"));
      Receiver.await("it has all", () -> app.size() >= 8);
      assertThat(app.events().get(1).get("reason").stringValue()).isEqualTo("server-lost");
      assertThat(app.sequences().values())
          .containsExactly(List.of(1L, 2L), LongStream.rangeClosed(1, 6).boxed().toList());
      assertThat(webhooks.replay("app", 2)).isEqualTo(6);
      Receiver.await("it has six of them twice", () -> app.size() == 14);
      assertThat(app.events()).hasSize(8);
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    app.answer(events -> 307);
    try (Webhooks webhooks = start(app)) {
      webhooks.observer().onStarted(STANDUP);
      Receiver.await("it was asked", () -> webhooks.failed("app") > 0);
      assertThat(webhooks.status("app").orElseThrow().lastError()).isEqualTo("HTTP 307");
    }
  }

  @Test
  void doesNothingWithoutAReceiver() throws IOException {
    try (Webhooks webhooks = start()) {
      call(webhooks.observer(), STANDUP);
      assertThat(webhooks.awaitWritten()).isTrue();
      assertThat(webhooks.names()).isEmpty();
      assertThat(webhooks.status("app")).isEmpty();
      assertThat(folder).isEmptyDirectory();
    }
  }
}
