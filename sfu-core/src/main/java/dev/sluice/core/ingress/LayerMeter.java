package dev.sluice.core.ingress;

import dev.sluice.core.codec.PayloadFacts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measures what one incoming stream really carries: bits and pictures per second of each spatial
 * and temporal layer over the last one to two seconds, and which layers still come. Names, offers
 * and promises of the publisher play no part.
 *
 * <p>A stream that its publisher is asked to leave out is measured last when that is asked: these
 * figures stand in until it has come again for long enough ({@link #hold}).
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class LayerMeter {
  /** A layer from which nothing has come for so long has stopped. */
  public static final long DEAD_AFTER_NANOS = 1_500_000_000L;

  private static final int LAYERS = PayloadFacts.MAX_LAYER_ID + 1;
  private static final long WINDOW_NANOS = 1_000_000_000L;

  /** Over a shorter time a rate says nothing. */
  private static final long MIN_SPAN_NANOS = 250_000_000L;

  private long[] bytes = new long[LAYERS * LAYERS];
  private long[] bytesBefore = new long[LAYERS * LAYERS];
  private int[] pictures = new int[LAYERS];
  private int[] picturesBefore = new int[LAYERS];
  private final long[] spatialNanos = new long[LAYERS];
  private final long[] temporalNanos = new long[LAYERS];
  private int spatialSeen;
  private int temporalSeen;
  private boolean started;
  private long windowStartNanos;
  private long windowBeforeNanos;
  private long newestTimestamp;
  private long lastNanos;
  private long runStartNanos;
  private @Nullable Held held;

  /** What a stream carried when it was asked to stop. */
  private static final class Held {
    /** In the order of {@link #cell}. */
    final long[] bitrates = new long[LAYERS * LAYERS];

    final double[] frameRates = new double[LAYERS];
    final int highestSpatialId;
    final int highestTemporalId;

    Held(LayerMeter meter, long nowNanos) {
      highestSpatialId = meter.highestSpatialId(nowNanos);
      highestTemporalId = meter.highestTemporalId(nowNanos);
      for (int temporalId = 0; temporalId < LAYERS; temporalId++) {
        frameRates[temporalId] = meter.framesPerSecond(temporalId, nowNanos);
        for (int spatialId = 0; spatialId < LAYERS; spatialId++) {
          bitrates[cell(spatialId, temporalId)] = meter.bitrateBps(spatialId, temporalId, nowNanos);
        }
      }
    }

    long bitrateBps(int maxSpatialId, int maxTemporalId) {
      return bitrates[
          cell(Math.min(maxSpatialId, LAYERS - 1), Math.min(maxTemporalId, LAYERS - 1))];
    }
  }

  /**
   * Notes a packet.
   *
   * @param timestamp extended; a newer one begins a picture
   */
  public void handlePacket(
      int spatialId, int temporalId, int length, long timestamp, long nowNanos) {
    if (!started || (held != null && nowNanos - lastNanos >= MIN_SPAN_NANOS)) {
      started = false;
      runStartNanos = nowNanos;
    }
    lastNanos = nowNanos;
    roll(nowNanos);
    bytes[cell(spatialId, temporalId)] += length;
    if (!started || timestamp > newestTimestamp) {
      newestTimestamp = timestamp;
      pictures[temporalId]++;
    }
    started = true;
    spatialNanos[spatialId] = nowNanos;
    temporalNanos[temporalId] = nowNanos;
    spatialSeen |= 1 << spatialId;
    temporalSeen |= 1 << temporalId;
  }

  /**
   * The stream is asked to stop: as long as it does not come, and for a moment when it comes again,
   * it counts for what it carries now.
   */
  void hold(long nowNanos) {
    held = null;
    held = new Held(this, nowNanos);
  }

  /** Only what comes counts from now on. */
  void release() {
    held = null;
  }

  private @Nullable Held recalled(long nowNanos) {
    Held memory = held;
    boolean silent = nowNanos - lastNanos >= MIN_SPAN_NANOS;
    boolean unmeasured = nowNanos - runStartNanos < WINDOW_NANOS;
    return memory != null && (silent || unmeasured) ? memory : null;
  }

  /** The highest spatial layer that comes, 0 if none does. */
  public int highestSpatialId(long nowNanos) {
    Held memory = recalled(nowNanos);
    if (memory != null) {
      return memory.highestSpatialId;
    }
    return highestAlive(spatialSeen, spatialNanos, nowNanos);
  }

  /** The highest temporal layer that comes, 0 if none does. */
  public int highestTemporalId(long nowNanos) {
    Held memory = recalled(nowNanos);
    if (memory != null) {
      return memory.highestTemporalId;
    }
    return highestAlive(temporalSeen, temporalNanos, nowNanos);
  }

  /** Bits per second of all layers up to these. */
  public long bitrateBps(int maxSpatialId, int maxTemporalId, long nowNanos) {
    Held memory = recalled(nowNanos);
    if (memory != null) {
      return memory.bitrateBps(maxSpatialId, maxTemporalId);
    }
    long sum = 0;
    for (int spatialId = 0; spatialId <= Math.min(maxSpatialId, LAYERS - 1); spatialId++) {
      for (int temporalId = 0; temporalId <= Math.min(maxTemporalId, LAYERS - 1); temporalId++) {
        int cell = cell(spatialId, temporalId);
        sum += bytes[cell] + bytesBefore[cell];
      }
    }
    return Math.round(sum * 8 / spanSeconds(nowNanos));
  }

  /** Pictures per second of all temporal layers up to this. */
  public double framesPerSecond(int maxTemporalId, long nowNanos) {
    Held memory = recalled(nowNanos);
    if (memory != null) {
      return memory.frameRates[Math.min(maxTemporalId, LAYERS - 1)];
    }
    int sum = 0;
    for (int temporalId = 0; temporalId <= Math.min(maxTemporalId, LAYERS - 1); temporalId++) {
      sum += pictures[temporalId] + picturesBefore[temporalId];
    }
    return sum / spanSeconds(nowNanos);
  }

  private double spanSeconds(long nowNanos) {
    long span = windowBeforeNanos + nowNanos - windowStartNanos;
    return Math.max(MIN_SPAN_NANOS, span) * 1e-9;
  }

  private void roll(long nowNanos) {
    long elapsed = nowNanos - windowStartNanos;
    if (started && elapsed < WINDOW_NANOS) {
      return;
    }
    // After a pause nothing before it counts.
    boolean stale = !started || elapsed >= 2 * WINDOW_NANOS;
    long[] spareBytes = bytesBefore;
    bytesBefore = bytes;
    bytes = spareBytes;
    int[] sparePictures = picturesBefore;
    picturesBefore = pictures;
    pictures = sparePictures;
    Arrays.fill(bytes, 0);
    Arrays.fill(pictures, 0);
    windowBeforeNanos = elapsed;
    if (stale) {
      Arrays.fill(bytesBefore, 0);
      Arrays.fill(picturesBefore, 0);
      windowBeforeNanos = 0;
    }
    windowStartNanos = nowNanos;
  }

  private static int highestAlive(int seen, long[] lastNanos, long nowNanos) {
    for (int layer = LAYERS - 1; layer > 0; layer--) {
      if ((seen & 1 << layer) != 0 && nowNanos - lastNanos[layer] < DEAD_AFTER_NANOS) {
        return layer;
      }
    }
    return 0;
  }

  private static int cell(int spatialId, int temporalId) {
    return spatialId * LAYERS + temporalId;
  }
}
