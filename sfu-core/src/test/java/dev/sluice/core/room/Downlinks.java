package dev.sluice.core.room;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.Objects;

/**
 * A conference in which paths to subscribers carry only so much: who publishes at which rates, who
 * watches over which path, and what comes of it.
 */
final class Downlinks {
  static final int LOW_WIDTH = 320;
  static final int MEDIUM_WIDTH = 640;
  static final int HIGH_WIDTH = 1280;
  static final long LOW_BPS = 110_000;
  static final long MEDIUM_BPS = 330_000;
  static final long HIGH_BPS = 1_000_000;

  private static final long MILLISECOND = 1_000_000;
  private static final long QUEUE_MILLIS = 300;
  private static final String[] RIDS = {"l", "m", "h"};

  final Conference conference;
  private final long seed;

  Downlinks(long seed) {
    this.seed = seed;
    conference = new Conference(seed);
  }

  /** For the failure message. */
  String seed() {
    return "seed " + seed;
  }

  /** Somebody with three layers of 110, 330 and 1000 kbit/s. */
  SimulatedPeer publish(String name) {
    return join(PeerPlan.publishing(name), LOW_BPS, MEDIUM_BPS, HIGH_BPS);
  }

  /** Somebody who sends as the plan says, video in layers of these rates. */
  SimulatedPeer join(PeerPlan plan, long... layersBps) {
    boolean simulcast = layersBps.length > 1;
    SimulatedPeer peer =
        conference.join(
            simulcast ? plan.withLayers(java.util.Arrays.copyOf(RIDS, layersBps.length)) : plan);
    for (int i = 0; i < layersBps.length; i++) {
      peer.layer(i).setBitrate(layersBps[i]);
    }
    return peer;
  }

  /** A viewer with so many slots of each kind behind a path with this capacity. */
  SimulatedPeer watch(int audioSlots, int videoSlots, long capacityBps) {
    SimulatedPeer viewer =
        conference.join(PeerPlan.watching("viewer", 1).withSlots(audioSlots, videoSlots));
    viewer.uplink().setDelay(20 * MILLISECOND, MILLISECOND);
    viewer.downlink().setDelay(20 * MILLISECOND, MILLISECOND);
    setCapacity(viewer, capacityBps);
    return viewer;
  }

  /** From now on the path to the peer carries this much, and 300 ms of it wait at most. */
  void setCapacity(SimulatedPeer peer, long capacityBps) {
    peer.downlink().setRate(capacityBps, (int) (capacityBps * QUEUE_MILLIS / 8_000));
  }

  void runSeconds(int seconds) {
    conference.runMillis(1_000L * seconds);
  }

  /** What the server knows and decides. */
  DownlinkInfo info(SimulatedPeer viewer) {
    return Objects.requireNonNull(conference.room().downlink(viewer.id(), conference.nowNanos()));
  }

  /** What the server says that the viewer gets of a publisher's video. */
  DownlinkInfo.Share share(SimulatedPeer viewer, SimulatedPeer publisher) {
    String mid = slotShowing(viewer, publisher, MediaKind.VIDEO);
    return info(viewer).shares().stream()
        .filter(share -> share.mid().equals(mid))
        .findFirst()
        .orElseThrow();
  }

  /** How many changes of layers there have been. */
  int changes(SimulatedPeer viewer) {
    return info(viewer).changes().size();
  }

  /** The slot in which a viewer was last told to find a publisher. */
  static String slotShowing(SimulatedPeer viewer, SimulatedPeer publisher, MediaKind kind) {
    for (RoomEvent.SlotAssigned event : viewer.events(RoomEvent.SlotAssigned.class).reversed()) {
      if (event.track() != null
          && event.track().participant().equals(publisher.id())
          && event.track().kind() == kind) {
        return event.mid();
      }
    }
    throw new IllegalStateException(viewer.id() + " is shown nothing of " + publisher.id());
  }

  /** What came of a publisher's video. */
  static ReceivedStream video(SimulatedPeer viewer, SimulatedPeer publisher) {
    return viewer.slot(slotShowing(viewer, publisher, MediaKind.VIDEO));
  }

  /** The width of the last picture in the first slot. */
  static int width(SimulatedPeer viewer) {
    return viewer.slot("v0").lastWidth();
  }

  /** The rate in the first slot over the next seconds, in bit/s, headers included. */
  double bitrateOver(int seconds, SimulatedPeer viewer, String mid) {
    long before = viewer.slot(mid).bytes();
    runSeconds(seconds);
    return (viewer.slot(mid).bytes() - before) * 8.0 / seconds;
  }

  static TrackId videoTrack(SimulatedPeer publisher) {
    return publisher.events(RoomEvent.TrackPublished.class).stream()
        .map(RoomEvent.TrackPublished::track)
        .filter(track -> track.participant().equals(publisher.id()))
        .filter(track -> track.kind() == MediaKind.VIDEO)
        .findFirst()
        .orElseThrow()
        .id();
  }
}
