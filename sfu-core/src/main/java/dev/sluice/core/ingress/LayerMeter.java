package dev.sluice.core.ingress;

import dev.sluice.core.codec.PayloadFacts;
import java.util.Arrays;

/**
 * Measures what one incoming stream really carries: bits and pictures per second of each spatial
 * and temporal layer over the last one to two seconds, and which layers still come. Names, offers
 * and promises of the publisher play no part.
 *
 * <p>Owner: the room's worker. Nothing is allocated after construction.
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

  /**
   * Notes a packet.
   *
   * @param timestamp extended; a newer one begins a picture
   */
  public void handlePacket(
      int spatialId, int temporalId, int length, long timestamp, long nowNanos) {
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

  /** The highest spatial layer that comes, 0 if none does. */
  public int highestSpatialId(long nowNanos) {
    return highestAlive(spatialSeen, spatialNanos, nowNanos);
  }

  /** The highest temporal layer that comes, 0 if none does. */
  public int highestTemporalId(long nowNanos) {
    return highestAlive(temporalSeen, temporalNanos, nowNanos);
  }

  /** Bits per second of all layers up to these. */
  public long bitrateBps(int maxSpatialId, int maxTemporalId, long nowNanos) {
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
