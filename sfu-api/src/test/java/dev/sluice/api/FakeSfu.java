package dev.sluice.api;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A media side that notes its commands and answers joins as it is told to. */
public final class FakeSfu implements SfuControl {
  private static final RoomSettings SETTINGS =
      new RoomSettings(100, RoomSettings.defaultCodecs(), 0);

  private final List<RoomCommand> commands = new CopyOnWriteArrayList<>();
  private final List<PeerKey> transports = new CopyOnWriteArrayList<>();
  private final AtomicInteger restarts = new AtomicInteger();
  private final Map<ParticipantId, RoomEventListener> listeners = new ConcurrentHashMap<>();
  private final Map<ParticipantId, DownlinkInfo> downlinks = new ConcurrentHashMap<>();
  private final Map<ParticipantId, QualityInfo> qualities = new ConcurrentHashMap<>();
  private final List<CaptureBuffer> captured = new CopyOnWriteArrayList<>();
  private volatile List<ParticipantInfo> others = List.of();
  private volatile List<RoomInfo> rooms = List.of();
  private volatile List<LocalTransport.Candidate> candidates =
      List.of(new LocalTransport.Candidate("192.0.2.1", 10000, false));
  private volatile @Nullable RefusalCode refusal;
  private volatile boolean silent;
  private volatile boolean waiting;
  private final List<Move> moves = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<CompletableFuture<MoveOutcome>> moveAnswers =
      new ConcurrentLinkedQueue<>();
  private final AtomicBoolean overtaken = new AtomicBoolean();
  private volatile RoomCreation creation = RoomCreation.CREATED;
  private final Map<RoomId, RoomSettings> settings = new ConcurrentHashMap<>();

  @Override
  public LocalTransport openTransport(PeerKey peer) {
    transports.add(peer);
    return transport("abcd");
  }

  @Override
  public LocalTransport restartTransport(PeerKey peer) {
    return transport("restart" + restarts.incrementAndGet());
  }

  /** How the path to a participant is used from now on. */
  public void measure(ParticipantId participant, DownlinkInfo downlink) {
    downlinks.put(participant, downlink);
  }

  /** How the media of a participant fares from now on. */
  public void measure(ParticipantId participant, QualityInfo quality) {
    qualities.put(participant, quality);
  }

  /** What the server's addresses are from now on. */
  public void advertise(LocalTransport.Candidate... advertised) {
    candidates = List.of(advertised);
  }

  private LocalTransport transport(String ufrag) {
    return new LocalTransport(
        ufrag,
        "abcdefghijklmnopqrstuvwx",
        new RemoteTransport.Fingerprint("sha-256", "AA:".repeat(31) + "AA"),
        candidates);
  }

  @Override
  public void submit(RoomCommand command) {
    commands.add(command);
    if (command instanceof RoomCommand.Join join && !silent) {
      RefusalCode refused = refusal;
      if (refused != null) {
        join.listener().onEvent(new RoomEvent.Refused(refused, "No room for you."));
        return;
      }
      listeners.put(join.participant(), join.listener());
      if (waiting) {
        join.listener().onEvent(new RoomEvent.Waiting());
        return;
      }
      join.listener()
          .onEvent(
              new RoomEvent.Joined(
                  new ParticipantInfo(
                      join.participant(), join.identity(), join.name(), List.of(), join.standing()),
                  others));
    }
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    return CompletableFuture.completedStage(rooms);
  }

  @Override
  public CompletionStage<Optional<RoomInfo>> room(RoomId id) {
    return CompletableFuture.completedStage(
        rooms.stream().filter(room -> room.id().equals(id)).findFirst());
  }

  @Override
  public CompletionStage<Optional<DownlinkInfo>> downlink(RoomId room, ParticipantId participant) {
    return CompletableFuture.completedStage(Optional.ofNullable(downlinks.get(participant)));
  }

  @Override
  public CompletionStage<Optional<QualityInfo>> quality(RoomId room, ParticipantId participant) {
    return CompletableFuture.completedStage(Optional.ofNullable(qualities.get(participant)));
  }

  @Override
  public CompletionStage<Boolean> capture(
      RoomId room, ParticipantId participant, CaptureBuffer into) {
    boolean there =
        rooms.stream()
            .filter(info -> info.id().equals(room))
            .flatMap(info -> info.participants().stream())
            .anyMatch(info -> info.id().equals(participant));
    if (there) {
      captured.add(into);
    }
    return CompletableFuture.completedStage(there);
  }

  /** The captures that were begun, the oldest first. */
  public List<CaptureBuffer> captured() {
    return captured;
  }

  @Override
  public CompletionStage<RoomCreation> createRoom(RoomId id, RoomSettings roomSettings) {
    RoomCreation result = creation;
    if (result == RoomCreation.CREATED) {
      settings.put(id, roomSettings);
    }
    return CompletableFuture.completedStage(result);
  }

  @Override
  public CompletionStage<UpdateResult> updateRoom(
      RoomId id, RoomSettings expected, RoomSettings updated) {
    if (rooms.stream().noneMatch(room -> room.id().equals(id))) {
      return CompletableFuture.completedStage(UpdateResult.UNKNOWN);
    }
    if (overtaken.getAndSet(false) || !settings(id).equals(expected)) {
      return CompletableFuture.completedStage(UpdateResult.CHANGED_MEANWHILE);
    }
    settings.put(id, updated);
    return CompletableFuture.completedStage(UpdateResult.DONE);
  }

  @Override
  public CompletionStage<UpdateResult> updateParticipant(
      PeerKey peer, Standing expected, Standing updated) {
    UpdateResult result = UpdateResult.UNKNOWN;
    List<RoomInfo> after = new ArrayList<>();
    for (RoomInfo room : rooms) {
      List<ParticipantInfo> participants = new ArrayList<>();
      for (ParticipantInfo info : room.participants()) {
        boolean meant = room.id().equals(peer.room()) && info.id().equals(peer.participant());
        if (meant) {
          boolean changed = overtaken.getAndSet(false) || !info.standing().equals(expected);
          result = changed ? UpdateResult.CHANGED_MEANWHILE : UpdateResult.DONE;
        }
        participants.add(
            meant && result == UpdateResult.DONE
                ? new ParticipantInfo(
                    info.id(), info.identity(), info.name(), info.tracks(), updated)
                : info);
      }
      after.add(new RoomInfo(room.id(), participants, room.waiting()));
    }
    rooms = List.copyOf(after);
    return CompletableFuture.completedStage(result);
  }

  /** Somebody else is faster than the next update. */
  public void overtakeNextUpdate() {
    overtaken.set(true);
  }

  @Override
  public CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target) {
    moves.add(new Move(peer, target));
    CompletableFuture<MoveOutcome> answer = moveAnswers.poll();
    return answer == null ? CompletableFuture.completedFuture(new MoveOutcome.Unknown()) : answer;
  }

  /** A move that was asked for. */
  public record Move(PeerKey peer, RoomId target) {}

  /** The next move is answered so, when the test completes it. */
  public CompletableFuture<MoveOutcome> expectMove() {
    CompletableFuture<MoveOutcome> answer = new CompletableFuture<>();
    moveAnswers.add(answer);
    return answer;
  }

  /** The moves that were asked for. */
  public List<Move> moves() {
    return List.copyOf(moves);
  }

  @Override
  public RoomSettings settings(RoomId id) {
    return settings.getOrDefault(id, SETTINGS);
  }

  @Override
  public RoomSettings defaultSettings() {
    return SETTINGS;
  }

  /** From now on rooms are created with this result. */
  public void answerCreation(RoomCreation result) {
    creation = result;
  }

  /** What a room is set up as. */
  public void setUp(RoomId id, RoomSettings roomSettings) {
    settings.put(id, roomSettings);
  }

  /** From now on joins are refused. */
  public void refuse(RefusalCode code) {
    refusal = code;
  }

  /** From now on those who join wait. */
  public void letWait() {
    waiting = true;
  }

  /** From now on joins are not answered. */
  public void fallSilent() {
    silent = true;
  }

  /** Who is in every room already. */
  public void populate(List<ParticipantInfo> present) {
    others = present;
  }

  /** What {@link #rooms} answers. */
  public void showRooms(List<RoomInfo> shown) {
    rooms = shown;
  }

  /** Back to the beginning. */
  public void reset() {
    commands.clear();
    transports.clear();
    restarts.set(0);
    listeners.clear();
    others = List.of();
    rooms = List.of();
    refusal = null;
    creation = RoomCreation.CREATED;
    settings.clear();
    silent = false;
    waiting = false;
    overtaken.set(false);
    moves.clear();
    moveAnswers.clear();
  }

  /** Tells a participant something. */
  public void tell(ParticipantId participant, RoomEvent event) {
    RoomEventListener listener = listeners.get(participant);
    if (listener == null) {
      throw new AssertionError(participant + " has not joined");
    }
    listener.onEvent(event);
  }

  /** The commands so far, in order. */
  public List<RoomCommand> commands() {
    return List.copyOf(commands);
  }

  /** The commands of one kind so far. */
  public <C extends RoomCommand> List<C> commands(Class<C> kind) {
    return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The last command of one kind. */
  public <C extends RoomCommand> C last(Class<C> kind) {
    return commands(kind).getLast();
  }

  /** How many transports were asked for. */
  public int transports() {
    return transports.size();
  }
}
