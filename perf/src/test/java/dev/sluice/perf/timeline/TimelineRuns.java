package dev.sluice.perf.timeline;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.testkit.link.CubicFlow;
import dev.sluice.core.testkit.link.FlowRecord;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Case;
import java.util.Objects;

/** Lets things happen in virtual time and notes them as {@link Timeline}s. */
final class TimelineRuns {
  static final String CAPACITY = "capacity";

  private static final double MEGA = 1e6;
  private static final double STEP_SECONDS = 0.5;
  private static final double LONG_SECONDS = 150;
  private static final long MILLISECOND = 1_000_000;
  private static final long QUEUE_MILLIS = 300;
  private static final long SEED = 1503;
  private static final long[] LAYERS_BPS = {110_000, 330_000, 1_000_000};

  private TimelineRuns() {}

  /** What the flows of a case sent and met. */
  static Timeline rfc8867(String name, Rfc8867Case done) {
    Timeline timeline =
        new Timeline(name, "RFC 8867, %s: %s".formatted(done.section(), done.title()));
    boolean alone = done.media().size() == 1;
    double step = done.seconds() > LONG_SECONDS ? 2 * STEP_SECONDS : STEP_SECONDS;
    for (double at = 0; at + step <= done.seconds(); at += step) {
      double to = at + step;
      timeline.at(to);
      timeline.add(Timeline.RATE, CAPACITY, done.path().capacityBps(at) / MEGA);
      double tcpBps = 0;
      for (CubicFlow tcp : done.tcp()) {
        tcpBps += tcp.record().receivedBps(at, to);
      }
      if (!done.tcp().isEmpty()) {
        timeline.add(Timeline.RATE, "TCP, received", tcpBps / MEGA);
      }
      double longest = 0;
      for (int i = 0; i < done.media().size(); i++) {
        MediaFlow flow = done.media().get(i);
        FlowRecord record = flow.record();
        String prefix = alone ? "" : "flow %d, ".formatted(i + 1);
        if (alone) {
          timeline.add(Timeline.RATE, "estimate", record.estimateBps(at) / MEGA);
          timeline.add(Timeline.RATE, "sent", record.sentBps(at, to) / MEGA);
        }
        timeline.add(Timeline.RATE, prefix + "received", record.receivedBps(at, to) / MEGA);
        longest = Math.max(longest, record.queueMillis(100, at, to));
      }
      timeline.add(Timeline.QUEUE, "longest", longest);
    }
    return timeline;
  }

  /** A subscriber in a room whose path narrows from 1.5 to 0.3 Mbit/s and widens again. */
  static Timeline downlink(String name, int seconds) {
    Conference conference = new Conference(SEED);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("l", "m", "h"));
    for (int i = 0; i < LAYERS_BPS.length; i++) {
      publisher.layer(i).setBitrate(LAYERS_BPS[i]);
    }
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    viewer.uplink().setDelay(20 * MILLISECOND, MILLISECOND);
    viewer.downlink().setDelay(20 * MILLISECOND, MILLISECOND);
    Timeline timeline =
        new Timeline(name, "A subscriber's path: 1.5, 0.3 and 1.5 Mbit/s, one publisher");
    long sentBytes = 0;
    long receivedBytes = 0;
    for (double at = 0; at < seconds; at += STEP_SECONDS) {
      long capacityBps = at < seconds / 3.0 || at >= 2 * seconds / 3.0 ? 1_500_000 : 300_000;
      viewer.downlink().setRate(capacityBps, (int) (capacityBps * QUEUE_MILLIS / 8_000));
      conference.runMillis((long) (1_000 * STEP_SECONDS));
      DownlinkInfo info =
          Objects.requireNonNull(
              conference.room().downlink(viewer.id(), conference.nowNanos()), "it is here");
      timeline.at(at + STEP_SECONDS);
      timeline.add(Timeline.RATE, CAPACITY, capacityBps / MEGA);
      timeline.add(Timeline.RATE, "estimate", Math.max(0, info.estimateBps()) / MEGA);
      timeline.add(Timeline.RATE, "sent", (info.sentBytes() - sentBytes) * 8 / STEP_SECONDS / MEGA);
      long delivered = viewer.downlink().deliveredBytes();
      timeline.add(
          Timeline.RATE, "received", (delivered - receivedBytes) * 8 / STEP_SECONDS / MEGA);
      sentBytes = info.sentBytes();
      receivedBytes = delivered;
      timeline.add(
          Timeline.QUEUE, "in the path", viewer.downlink().queueNanos(conference.nowNanos()) / 1e6);
      timeline.add(
          Timeline.LAYER,
          "camera",
          info.shares().isEmpty() ? 0 : info.shares().getFirst().height());
    }
    return timeline;
  }
}
