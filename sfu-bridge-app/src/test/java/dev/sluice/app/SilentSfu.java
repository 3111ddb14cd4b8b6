package dev.sluice.app;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A media side that lets everyone in and does nothing else. */
final class SilentSfu implements SfuControl {
  @Override
  public LocalTransport openTransport(PeerKey peer) {
    return new LocalTransport(
        "abcd",
        "abcdefghijklmnopqrstuvwx",
        new RemoteTransport.Fingerprint("sha-256", "AA:".repeat(31) + "AA"),
        List.of());
  }

  @Override
  public LocalTransport restartTransport(PeerKey peer) {
    return openTransport(peer);
  }

  @Override
  public void submit(RoomCommand command) {
    if (command instanceof RoomCommand.Join join) {
      join.listener()
          .onEvent(
              new RoomEvent.Joined(
                  new ParticipantInfo(join.participant(), join.identity(), join.name(), List.of()),
                  List.of()));
    }
  }

  @Override
  public CompletionStage<Optional<RoomInfo>> room(RoomId id) {
    return CompletableFuture.completedStage(Optional.empty());
  }

  @Override
  public CompletionStage<RoomCreation> createRoom(RoomId id, RoomSettings settings) {
    return CompletableFuture.completedStage(RoomCreation.CREATED);
  }

  @Override
  public RoomSettings settings(RoomId id) {
    return defaultSettings();
  }

  @Override
  public RoomSettings defaultSettings() {
    return new RoomSettings(100, RoomSettings.defaultCodecs(), 0);
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    return CompletableFuture.completedStage(List.of());
  }
}
