package dev.sluice.transport.pipeline;

import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.core.room.EgressShares;
import dev.sluice.core.room.Room;
import dev.sluice.core.time.MediaClock;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is one for the rooms of all workers: how many there may be, how they are made and set up,
 * and who is told when they begin and end. Any worker; whoever asks for settings may be any thread.
 */
final class NodeRooms implements RoomHost.Node {
  private final MediaConfig config;
  private final MediaClock clock;
  private final SecureRandom random;
  private final @Nullable PacketTap tap;
  private final RoomObserver observer;
  private final WorkerPool workers;
  private final PeerTransports transports;

  /** Of rooms that are set up in their own way. */
  private final ConcurrentHashMap<RoomId, RoomSettings> ownSettings = new ConcurrentHashMap<>();

  private final AtomicInteger roomCount = new AtomicInteger();
  private final AtomicInteger streamIds = new AtomicInteger();
  private volatile SfuNode.RoomDefaults defaults;

  NodeRooms(
      MediaConfig config,
      MediaClock clock,
      SecureRandom random,
      @Nullable PacketTap tap,
      RoomObserver observer,
      WorkerPool workers,
      PeerTransports transports) {
    this.config = config;
    this.clock = clock;
    this.random = random;
    this.tap = tap;
    this.observer = observer;
    this.workers = workers;
    this.transports = transports;
    defaults = new SfuNode.RoomDefaults(config.maxRooms(), config.roomSettings());
  }

  void setDefaults(SfuNode.RoomDefaults newDefaults) {
    defaults = newDefaults;
  }

  /** How a room is set up that a join makes. */
  RoomSettings defaultSettings() {
    return defaults.settings();
  }

  /** How a room is set up, or would be. */
  RoomSettings settings(RoomId id) {
    return ownSettings.getOrDefault(id, defaults.settings());
  }

  @Override
  public @Nullable Room newRoom(RoomId id, long nowNanos) {
    if (roomCount.incrementAndGet() > defaults.maxRooms()) {
      roomCount.decrementAndGet();
      return null;
    }
    MediaWorker owner = workers.ownerOf(id);
    Room room =
        new Room(
            id,
            config.room(),
            clock,
            owner.means(),
            random.nextLong(),
            () -> streamIds.incrementAndGet() & Integer.MAX_VALUE,
            tap);
    room.configure(defaults.settings(), nowNanos);
    room.setEgressShares(
        new EgressShares(workers.all().size(), owner.index(), config.subscribersPerWorker()));
    room.setObserver(observer);
    observer.onStarted(id);
    return room;
  }

  @Override
  public void roomConfigured(RoomId id, RoomSettings settings) {
    ownSettings.put(id, settings);
  }

  @Override
  public void roomEnded(RoomId id) {
    ownSettings.remove(id);
    roomCount.decrementAndGet();
    observer.onEnded(id);
  }

  @Override
  public void participantGone(PeerKey key) {
    transports.end(key, workers.ownerOf(key.room()));
  }
}
