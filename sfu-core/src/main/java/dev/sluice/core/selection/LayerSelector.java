package dev.sluice.core.selection;

import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.ingress.IngressStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the layers of a track that a slot shows, from what really comes: simulcast streams and
 * spatial layers make one ladder, ordered by the size of their pictures (by their bit rates where
 * no size is known), not by their names. A pure function; it allocates its result alone.
 *
 * <ol>
 *   <li>The smallest picture that need not be enlarged to fill the wished size, else the largest. A
 *       picture fits when one of its sides is as long as the box's: the other one is then shorter.
 *   <li>All temporal layers, or as many as stay within the wished frame rate.
 *   <li>If that costs more than the bit rate that is left: fewer temporal layers as long as motion
 *       stays smooth, then the next smaller picture; the lowest layer of all is always chosen.
 * </ol>
 *
 * <p>A stream that has stopped is not chosen while another one comes; one that comes again is
 * trusted after {@link #TRUSTED_AFTER_NANOS}. A spatial layer that has stopped stays wanted: its
 * stream then ends with the layer below by itself, and it is shown again when it comes back.
 */
public final class LayerSelector {
  /** No limit of the bit rate. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** A stream that stopped once must have come for so long to be preferred again. */
  public static final long TRUSTED_AFTER_NANOS = 500_000_000L;

  private static final int LAYERS = LayerTarget.ALL + 1;

  /** Below this frame rate a smaller picture is better than a slower one. */
  private static final double SMOOTH_FRAMES_PER_SECOND = 12;

  /** A measured frame rate may exceed the wished one by so much. */
  private static final double FRAME_RATE_TOLERANCE = 1.2;

  private final List<IngressStream> streams;
  private final SlotLimits limits;
  private final long nowNanos;

  /** Whether streams count that do not come only because nobody needed them. */
  private final boolean withSuspended;

  /** Whether sizes can be compared: one that is not known has no place among those that are. */
  private final boolean sizesKnown;

  private @Nullable IngressStream bestStream;
  private int bestSpatialId;
  private boolean cutByRate;

  private LayerSelector(
      List<IngressStream> streams, SlotLimits limits, boolean withSuspended, long nowNanos) {
    this.streams = streams;
    this.limits = limits;
    this.withSuspended = withSuspended;
    this.nowNanos = nowNanos;
    sizesKnown = sizesKnown();
  }

  private boolean sizesKnown() {
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      int highest = usable(stream) ? stream.layers().highestSpatialId(nowNanos) : -1;
      for (int spatialId = 0; spatialId <= highest; spatialId++) {
        if (stream.sizes().width(spatialId) == 0 || stream.sizes().height(spatialId) == 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * What to show, or null when nothing of the track has come; of streams that have all stopped, the
   * last one that came.
   *
   * @param maxBitrateBps what may be spent, or {@link #UNLIMITED}
   */
  public static @Nullable LayerTarget select(
      List<IngressStream> streams, SlotLimits limits, long maxBitrateBps, long nowNanos) {
    LayerSelector selector = new LayerSelector(streams, limits, false, nowNanos);
    if (!selector.chooseSize()) {
      IngressStream last = lastAlive(streams);
      return last == null ? null : new LayerTarget(last, LayerTarget.ALL, LayerTarget.ALL);
    }
    return selector.withinRate(maxBitrateBps);
  }

  /**
   * All that a slot may show of a track, the worst first; the last one is what {@link #select}
   * gives without a limit of the bit rate if all streams come. Streams that do not come only
   * because nobody needed them are among it, with what they carried before. Empty when nothing of
   * the track can be had.
   */
  public static List<LayerOption> ladder(
      List<IngressStream> streams, SlotLimits limits, long nowNanos) {
    LayerSelector selector = new LayerSelector(streams, limits, true, nowNanos);
    List<LayerOption> rungs = new ArrayList<>();
    boolean more = selector.chooseSize();
    while (more) {
      more = selector.addRungs(rungs);
    }
    Collections.reverse(rungs);
    return rungs;
  }

  /** Adds what the size at hand offers, the best first, and goes to the next smaller one. */
  private boolean addRungs(List<LayerOption> rungs) {
    IngressStream stream = Objects.requireNonNull(bestStream);
    int spatialId = bestSpatialId;
    int wished = temporalWithin(stream, limits.maxFramesPerSecond());
    for (int temporalId = wished; temporalId > 0; temporalId--) {
      if (smooth(stream, temporalId, wished)) {
        rungs.add(option(stream, spatialId, temporalId));
      }
    }
    LayerOption lowest = option(stream, spatialId, 0);
    boolean smooth = smooth(stream, 0, wished);
    boolean more = stepDown(stream, spatialId);
    if (smooth || !more) {
      rungs.add(lowest);
    }
    return more;
  }

  private LayerOption option(IngressStream stream, int spatialId, int temporalId) {
    return new LayerOption(
        (stream.id() * LAYERS + spatialId) * LAYERS + temporalId,
        target(stream, spatialId, temporalId),
        stream.sizes().height(spatialId),
        stream.layers().bitrateBps(spatialId, temporalId, nowNanos),
        stream.layers().framesPerSecond(temporalId, nowNanos));
  }

  private boolean smooth(IngressStream stream, int temporalId, int wished) {
    return temporalId == wished
        || stream.layers().framesPerSecond(temporalId, nowNanos) >= SMOOTH_FRAMES_PER_SECOND;
  }

  /** Finds the smallest picture that covers what is wished, else the largest. */
  private boolean chooseSize() {
    boolean bestCovers = false;
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      if (!usable(stream)) {
        continue;
      }
      int highest = stream.layers().highestSpatialId(nowNanos);
      for (int spatialId = 0; spatialId <= highest; spatialId++) {
        boolean covers = covers(stream, spatialId);
        boolean larger = bestStream == null || larger(stream, spatialId, bestStream, bestSpatialId);
        boolean better =
            bestStream == null || (covers ? !bestCovers || !larger : !bestCovers && larger);
        if (better) {
          bestStream = stream;
          bestSpatialId = spatialId;
          bestCovers = covers;
        }
      }
    }
    return bestStream != null;
  }

  private LayerTarget withinRate(long maxBitrateBps) {
    while (true) {
      IngressStream stream = Objects.requireNonNull(bestStream, "a size is chosen before a rate");
      int spatialId = bestSpatialId;
      int wished = temporalWithin(stream, limits.maxFramesPerSecond());
      for (int temporalId = wished; temporalId >= 0; temporalId--) {
        long rate = stream.layers().bitrateBps(spatialId, temporalId, nowNanos);
        if (smooth(stream, temporalId, wished) && rate <= maxBitrateBps) {
          return target(stream, spatialId, temporalId);
        }
      }
      if (!stepDown(stream, spatialId)) {
        return target(stream, spatialId, maxBitrateBps == UNLIMITED ? wished : 0);
      }
    }
  }

  /** Goes to the largest picture that is smaller than this one; false when there is none. */
  private boolean stepDown(IngressStream from, int fromSpatialId) {
    IngressStream next = null;
    int nextSpatialId = 0;
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      int highest = usable(stream) ? stream.layers().highestSpatialId(nowNanos) : -1;
      for (int spatialId = 0; spatialId <= highest; spatialId++) {
        if (larger(from, fromSpatialId, stream, spatialId)
            && (next == null || larger(stream, spatialId, next, nextSpatialId))) {
          next = stream;
          nextSpatialId = spatialId;
        }
      }
    }
    if (next == null) {
      return false;
    }
    bestStream = next;
    bestSpatialId = nextSpatialId;
    cutByRate = true;
    return true;
  }

  /** Without a reason to limit a layer it is not limited: what appears above is shown at once. */
  private LayerTarget target(IngressStream stream, int spatialId, int temporalId) {
    int highest = stream.layers().highestSpatialId(nowNanos);
    boolean largest = spatialId >= highest;
    boolean enough = covers(stream, spatialId) && !unlimitedSize();
    // To lift a limit costs a keyframe, so there is none where there is nothing to leave out.
    boolean open = highest == 0 || (largest && !enough && !cutByRate);
    boolean fastest = temporalId >= stream.layers().highestTemporalId(nowNanos);
    return new LayerTarget(
        stream,
        open ? LayerTarget.ALL : spatialId,
        fastest && limits.maxFramesPerSecond() == 0 ? LayerTarget.ALL : temporalId);
  }

  private int temporalWithin(IngressStream stream, int maxFramesPerSecond) {
    int temporalId = stream.layers().highestTemporalId(nowNanos);
    if (maxFramesPerSecond == 0) {
      return temporalId;
    }
    while (temporalId > 0
        && stream.layers().framesPerSecond(temporalId, nowNanos)
            > FRAME_RATE_TOLERANCE * maxFramesPerSecond) {
      temporalId--;
    }
    return temporalId;
  }

  private boolean usable(IngressStream stream) {
    if (withSuspended && stream.obtainable(nowNanos)) {
      return true;
    }
    if (!stream.alive(nowNanos)) {
      return false;
    }
    return !stream.resumedAfter(nowNanos - TRUSTED_AFTER_NANOS) || noneIsTrusted();
  }

  private boolean noneIsTrusted() {
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      if (stream.alive(nowNanos) && !stream.resumedAfter(nowNanos - TRUSTED_AFTER_NANOS)) {
        return false;
      }
    }
    return true;
  }

  private boolean unlimitedSize() {
    return limits.maxWidth() == 0 && limits.maxHeight() == 0;
  }

  private boolean covers(IngressStream stream, int spatialId) {
    if (unlimitedSize()) {
      return false;
    }
    int width = stream.sizes().width(spatialId);
    int height = stream.sizes().height(spatialId);
    return (limits.maxWidth() > 0 && width >= limits.maxWidth())
        || (limits.maxHeight() > 0 && height >= limits.maxHeight());
  }

  /** By size, where not all are known by what is spent: never in a circle. */
  private boolean larger(IngressStream a, int spatialA, IngressStream b, int spatialB) {
    long pixelsA = (long) a.sizes().width(spatialA) * a.sizes().height(spatialA);
    long pixelsB = (long) b.sizes().width(spatialB) * b.sizes().height(spatialB);
    if (sizesKnown && pixelsA != pixelsB) {
      return pixelsA > pixelsB;
    }
    return a == b
        ? spatialA > spatialB
        : a.layers().bitrateBps(spatialA, LayerTarget.ALL, nowNanos)
            > b.layers().bitrateBps(spatialB, LayerTarget.ALL, nowNanos);
  }

  private static @Nullable IngressStream lastAlive(List<IngressStream> streams) {
    IngressStream last = null;
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      // Of a stream without a good packet nothing can be forwarded yet.
      if (stream.packets() > 0
          && (last == null || stream.lastPacketNanos() - last.lastPacketNanos() > 0)) {
        last = stream;
      }
    }
    return last;
  }
}
