package dev.sluice.core.selection;

import dev.sluice.core.codec.PayloadFacts;
import dev.sluice.core.ingress.IngressStream;

/**
 * What of a track one slot is to show.
 *
 * @param stream the track's stream, of which there is one per simulcast layer
 * @param maxSpatialId the highest spatial layer of it, {@link #ALL} without a limit
 * @param maxTemporalId the highest temporal layer of it, {@link #ALL} without a limit
 */
public record LayerTarget(IngressStream stream, int maxSpatialId, int maxTemporalId) {
  /** No limit: a layer that appears is shown. */
  public static final int ALL = PayloadFacts.MAX_LAYER_ID;
}
