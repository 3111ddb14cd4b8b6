package dev.sluice.app;

import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A media side that lets everyone in and forwards nothing. Rooms that are created on it have ada in
 * them, who speaks, and eve before them, who waits.
 */
final class SilentSfu implements SfuControl {
  private static final ParticipantId ADA = new ParticipantId("P-9a31");
  private static final ParticipantId EVE = new ParticipantId("P-0c11");
  private static final TrackInfo VOICE =
      new TrackInfo(
          new TrackId("t1"),
          ADA,
          "0",
          MediaKind.AUDIO,
          TrackSource.MICROPHONE,
          "",
          false,
          false,
          4097);

  private static final QualityInfo QUALITY =
      new QualityInfo(
          61_000_000,
          700_000,
          9_000,
          1_200_000,
          8_000,
          1_000_000,
          new QualityInfo.Path("udp", "192.0.2.1", 10_000, "203.0.113.9", 50_000),
          List.of(
              new QualityInfo.Received(
                  new TrackId("t1"),
                  MediaKind.AUDIO,
                  "",
                  "opus",
                  1_500,
                  150_000,
                  3,
                  2_500_000,
                  true,
                  null),
              new QualityInfo.Received(
                  new TrackId("t3"),
                  MediaKind.VIDEO,
                  "h",
                  "VP8",
                  3_000,
                  2_000_000,
                  5,
                  3_250_000,
                  true,
                  new QualityInfo.Picture(640, 360, 30.1, 700_000))),
          List.of(
              new QualityInfo.Sent(
                  "3",
                  new TrackId("t2"),
                  MediaKind.VIDEO,
                  2_000,
                  900_000,
                  40,
                  38,
                  0.02,
                  4_250_000,
                  1,
                  700_000_000,
                  false,
                  new QualityInfo.Picture(640, 360, 29.9, 450_000))));

  private static final TrackInfo VOICE_ELSEWHERE =
      new TrackInfo(
          new TrackId("t7"),
          ADA,
          "0",
          MediaKind.AUDIO,
          TrackSource.MICROPHONE,
          "",
          false,
          false,
          4103);

  private static final DownlinkInfo DOWNLINK =
      new DownlinkInfo(
          700_000,
          EstimateReason.OVERUSE,
          true,
          0,
          42_500_000,
          61_000_000,
          500_000,
          2_000_000,
          1_000_000,
          20_000,
          List.of(
              new DownlinkInfo.Share(
                  "3", new TrackId("t2"), 360, 450_000, AllocationCause.BANDWIDTH)),
          List.of(
              new DownlinkInfo.Change(
                  1_500_000_000,
                  "3",
                  720,
                  360,
                  450_000,
                  AllocationCause.BANDWIDTH,
                  EstimateReason.OVERUSE,
                  700_000,
                  0,
                  95_000_000,
                  500_000)));

  private final Map<RoomId, RoomInfo> rooms = new ConcurrentHashMap<>();
  private final Map<RoomId, RoomSettings> settings = new ConcurrentHashMap<>();

  @Override
  public LocalTransport openTransport(PeerKey peer) {
    return new LocalTransport(
        "abcd",
        "abcdefghijklmnopqrstuvwx",
        new RemoteTransport.Fingerprint("sha-256", "AA:".repeat(31) + "AA"),
        List.of(new LocalTransport.Candidate("192.0.2.1", 10000, false)));
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
    if (command instanceof RoomCommand.Leave leave && leave.participant().equals(ADA)) {
      rooms.computeIfPresent(leave.room(), (id, _) -> new RoomInfo(id, List.of()));
    }
    if (command instanceof RoomCommand.CloseRoom close) {
      rooms.remove(close.room());
    }
  }

  @Override
  public CompletionStage<Optional<RoomInfo>> room(RoomId id) {
    return CompletableFuture.completedStage(Optional.ofNullable(rooms.get(id)));
  }

  @Override
  public CompletionStage<Optional<DownlinkInfo>> downlink(RoomId room, ParticipantId participant) {
    return CompletableFuture.completedStage(
        ADA.equals(participant) ? Optional.of(DOWNLINK) : Optional.empty());
  }

  @Override
  public CompletionStage<Optional<QualityInfo>> quality(RoomId room, ParticipantId participant) {
    return CompletableFuture.completedStage(
        ADA.equals(participant) ? Optional.of(QUALITY) : Optional.empty());
  }

  @Override
  public CompletionStage<Boolean> capture(
      RoomId room, ParticipantId participant, CaptureBuffer into) {
    return CompletableFuture.completedStage(ADA.equals(participant));
  }

  @Override
  public CompletionStage<RoomCreation> createRoom(RoomId id, RoomSettings settings) {
    ParticipantInfo ada = new ParticipantInfo(ADA, "ada", "Ada", List.of(VOICE));
    ParticipantInfo eve = new ParticipantInfo(EVE, "eve", "Eve", List.of());
    boolean existed = rooms.putIfAbsent(id, new RoomInfo(id, List.of(ada), List.of(eve))) != null;
    this.settings.putIfAbsent(id, settings);
    return CompletableFuture.completedStage(
        existed ? RoomCreation.ROOM_EXISTS : RoomCreation.CREATED);
  }

  @Override
  public CompletionStage<UpdateResult> updateRoom(
      RoomId id, RoomSettings expected, RoomSettings updated) {
    boolean known = rooms.containsKey(id);
    if (known) {
      settings.put(id, updated);
    }
    return CompletableFuture.completedStage(known ? UpdateResult.DONE : UpdateResult.UNKNOWN);
  }

  @Override
  public CompletionStage<UpdateResult> updateParticipant(
      PeerKey peer, Standing expected, Standing updated) {
    ParticipantInfo ada = new ParticipantInfo(ADA, "ada", "Ada", List.of(VOICE), updated);
    rooms.computeIfPresent(
        peer.room(), (id, room) -> new RoomInfo(id, List.of(ada), room.waiting()));
    return CompletableFuture.completedStage(UpdateResult.DONE);
  }

  /** Ada is in the other room then, and here as well, for the next question. */
  @Override
  public CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target) {
    ParticipantInfo ada = new ParticipantInfo(ADA, "ada", "Ada", List.of(VOICE_ELSEWHERE));
    rooms.put(target, new RoomInfo(target, List.of(ada)));
    return CompletableFuture.completedStage(new MoveOutcome.Moved());
  }

  @Override
  public RoomSettings settings(RoomId id) {
    return settings.getOrDefault(id, defaultSettings());
  }

  @Override
  public RoomSettings defaultSettings() {
    return new RoomSettings(100, RoomSettings.defaultCodecs(), 0);
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    return CompletableFuture.completedStage(List.copyOf(rooms.values()));
  }
}
