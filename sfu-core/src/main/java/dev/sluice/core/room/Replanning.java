package dev.sluice.core.room;

/**
 * When it is planned anew who is sent what: which layers regularly, who may no longer get as much
 * soon after a path was found full, and everything a while after a stream has changed its format.
 *
 * <p>Owner: the room's worker.
 */
final class Replanning {
  private static final long LAYER_INTERVAL_NANOS = 500_000_000;

  /** How often those whose paths are full may get less between two looks at all layers. */
  private static final long RELIEF_INTERVAL_NANOS = 50_000_000;

  /** A publisher that changes its codec with every packet makes no more work than that. */
  private static final long FORMAT_DELAY_NANOS = 50_000_000;

  private final Subscriptions subscriptions;
  private final UplinkCaps uplinkCaps;
  private long layersDueNanos = Long.MAX_VALUE;
  private long reliefDueNanos = Long.MAX_VALUE;
  private long lastReliefNanos = Long.MIN_VALUE / 2;
  private long formatsDueNanos = Long.MAX_VALUE;

  Replanning(Subscriptions subscriptions, UplinkCaps uplinkCaps) {
    this.subscriptions = subscriptions;
    this.uplinkCaps = uplinkCaps;
  }

  /** There is a stream, so there may be layers to choose from. */
  void handleStream(long nowNanos) {
    if (layersDueNanos == Long.MAX_VALUE) {
      layersDueNanos = nowNanos + LAYER_INTERVAL_NANOS;
    }
  }

  /** A path no longer carries what was allocated to it. */
  void handleOverspent(long nowNanos) {
    reliefDueNanos = Math.max(nowNanos, lastReliefNanos + RELIEF_INTERVAL_NANOS);
  }

  /** What fits a slot may not fit it any more, or fit now. */
  void handleFormatChange(long nowNanos) {
    if (formatsDueNanos == Long.MAX_VALUE) {
      formatsDueNanos = nowNanos + FORMAT_DELAY_NANOS;
    }
  }

  /** Does what is due. */
  void handleTimeout(long nowNanos) {
    if (layersDueNanos <= nowNanos) {
      subscriptions.updateLayers(nowNanos);
      uplinkCaps.update(nowNanos);
      layersDueNanos = nowNanos + LAYER_INTERVAL_NANOS;
    }
    if (reliefDueNanos <= nowNanos) {
      reliefDueNanos = Long.MAX_VALUE;
      lastReliefNanos = nowNanos;
      subscriptions.relieve(nowNanos);
    }
    if (formatsDueNanos <= nowNanos) {
      formatsDueNanos = Long.MAX_VALUE;
      subscriptions.updateAll(nowNanos);
    }
  }

  /** When {@link #handleTimeout} is due; {@link Long#MAX_VALUE} for never. */
  long dueNanos() {
    return Math.min(layersDueNanos, Math.min(reliefDueNanos, formatsDueNanos));
  }
}
