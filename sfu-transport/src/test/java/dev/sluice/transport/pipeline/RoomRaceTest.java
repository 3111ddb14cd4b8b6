package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.transport.udp.UdpBackend;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hundred race into a room of fifty. */
@Tag("M1")
class RoomRaceTest extends NodeFixture {
  private static final int SEATS = 50;
  private static final int CLIENTS = 100;
  private static final RoomId ROOM = new RoomId("race");

  @Test
  void exactlyFiftyGetInAndEveryOtherIsToldWhy() throws Exception {
    SfuNode node = node(ThreadingMode.DEDICATED, 2, UdpBackend.best());
    assertThat(
            node.createRoom(
                    ROOM, new RoomSettings(SEATS, RoomSettings.defaultCodecs(), 60_000_000_000L))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS))
        .isEqualTo(RoomCreation.CREATED);
    Map<ParticipantId, RoomEvent> first = new ConcurrentHashMap<>();
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      ParticipantId id = new ParticipantId("p" + i);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                node.submit(
                    new RoomCommand.Join(
                        ROOM,
                        id,
                        id.value(),
                        "",
                        Grants.ALL,
                        event -> {
                          if (first.putIfAbsent(id, event) == null) {
                            answered.countDown();
                          }
                        }));
              });
    }
    start.countDown();
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(first.values().stream().filter(RoomEvent.Joined.class::isInstance)).hasSize(SEATS);
    assertThat(
            first.values().stream()
                .filter(RoomEvent.Refused.class::isInstance)
                .map(RoomEvent.Refused.class::cast)
                .filter(refused -> refused.code() == RefusalCode.ROOM_FULL))
        .hasSize(CLIENTS - SEATS);
    assertThat(node.room(ROOM).toCompletableFuture().get(5, TimeUnit.SECONDS))
        .hasValueSatisfying(room -> assertThat(room.participants()).hasSize(SEATS));
  }
}
