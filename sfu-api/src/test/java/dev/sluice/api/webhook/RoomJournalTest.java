package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is numbered on the media workers. */
@Tag("A2")
class RoomJournalTest {
  private static final RoomId STANDUP = new RoomId("standup");
  private static final ParticipantId ADA = new ParticipantId("P-1");
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private static RoomJournal journal(BlockingQueue<OutboxEntry> queue) {
    return new RoomJournal(queue, InstantSource.fixed(NOON), "run");
  }

  private static List<Happening> drain(BlockingQueue<OutboxEntry> queue) {
    List<OutboxEntry> entries = new ArrayList<>();
    queue.drainTo(entries);
    return entries.stream().map(Happening.class::cast).toList();
  }

  @Test
  void numbersEachSessionOfARoomFromOne() {
    BlockingQueue<OutboxEntry> queue = new ArrayBlockingQueue<>(100);
    RoomJournal journal = journal(queue);
    for (int i = 0; i < 2; i++) {
      journal.onStarted(STANDUP);
      journal.onEnded(STANDUP);
    }
    List<Happening> noted = drain(queue);
    assertThat(noted).extracting(Happening::seq).containsExactly(1L, 2L, 1L, 2L);
    assertThat(noted)
        .extracting(Happening::session)
        .containsExactly("run-1", "run-1", "run-2", "run-2");
    assertThat(noted).extracting(Happening::timeMillis).containsOnly(NOON.toEpochMilli());
  }

  @Test
  void remembersWhoSomebodyWasThatLeaves() {
    BlockingQueue<OutboxEntry> queue = new ArrayBlockingQueue<>(100);
    RoomJournal journal = journal(queue);
    journal.onStarted(STANDUP);
    journal.onChange(
        STANDUP,
        new RoomEvent.ParticipantJoined(new ParticipantInfo(ADA, "ada", "Ada", List.of())));
    journal.onChange(STANDUP, new RoomEvent.ParticipantLeft(ADA, LeaveReason.MEDIA_LOST));
    assertThat(EventJson.write(drain(queue).getLast(), "outbox", 3))
        .isEqualTo(
            """
            {"id":"outbox-3","number":3,"type":"participant.left","time":"2026-11-21T12:00:00Z",\
            "room":"standup","session":"run-1","seq":3,\
            "participant":{"id":"P-1","identity":"ada"},"reason":"media-lost"}\
            """);
  }

  @Test
  void tellsHowARoomIsSetUpAsRestShowsIt() {
    BlockingQueue<OutboxEntry> queue = new ArrayBlockingQueue<>(100);
    RoomJournal journal = journal(queue);
    journal.onStarted(STANDUP);
    journal.onChange(
        STANDUP,
        new RoomEvent.RoomUpdated(
            new RoomSettings(
                30,
                Set.of(Codec.VP8, Codec.OPUS),
                600_000_000_000L,
                0,
                10_000_000,
                RoomPolicy.OPEN.withLock(true),
                "m")));
    assertThat(EventJson.write(drain(queue).getLast(), "outbox", 2))
        .isEqualTo(
            """
            {"id":"outbox-2","number":2,"type":"room.updated","time":"2026-11-21T12:00:00Z",\
            "room":"standup","session":"run-1","seq":2,"settings":{"maxParticipants":30,\
            "codecs":["opus","VP8"],"emptyTimeoutSeconds":600,"departureTimeoutSeconds":0,\
            "flushDelayMillis":10,"policy":{"maxPublishers":0,"sameIdentity":"allow","locked":true,"waitingRoom":false,\
            "encryptionRequired":false,"maxWidth":0,"maxHeight":0,"maxVideoBitrateBps":0,\
            "maxPublishBitrateBps":0},"metadata":"m"}}\
            """);
  }

  @Test
  void countsWhatFindsTheQueueFullAndLeavesAGap() {
    BlockingQueue<OutboxEntry> queue = new ArrayBlockingQueue<>(2);
    RoomJournal journal = journal(queue);
    journal.onStarted(STANDUP);
    for (int i = 0; i < 4; i++) {
      journal.onChange(STANDUP, new RoomEvent.ParticipantLeft(ADA, LeaveReason.LEFT));
    }
    assertThat(drain(queue)).hasSize(2);
    assertThat(journal.lost()).isEqualTo(3);
    journal.onEnded(STANDUP);
    assertThat(drain(queue)).singleElement().extracting(Happening::seq).isEqualTo(6L);
  }
}
