package dev.sluice.core.ingress;

import dev.sluice.core.codec.PayloadFacts;
import dev.sluice.core.codec.VideoLayersAllocation;

/**
 * How large the pictures of one stream's spatial layers are: as its keyframes say, or, where these
 * say nothing that can be read (an encrypted payload), as its publisher's layers allocation says.
 * Pixels, 0 where nothing says it. Owner: the room's worker.
 */
public final class LayerSizes {
  private final int[] widths = new int[PayloadFacts.MAX_SPATIAL_LAYERS];
  private final int[] heights = new int[PayloadFacts.MAX_SPATIAL_LAYERS];
  private final VideoLayersAllocation allocation = new VideoLayersAllocation();
  private int measured;

  /** Notes what a packet announces. */
  void handleFacts(PayloadFacts facts) {
    int announced = facts.spatialLayers();
    if (announced == 0) {
      return;
    }
    for (int layer = 0; layer < announced; layer++) {
      widths[layer] = facts.layerWidth(layer);
      heights[layer] = facts.layerHeight(layer);
    }
    measured = announced;
  }

  /** Notes an element of the layers allocation extension; a malformed one says nothing. */
  void handleAllocation(byte[] bytes, int offset, int length) {
    allocation.read(bytes, offset, length);
  }

  /** What the publisher means to send. */
  public VideoLayersAllocation allocation() {
    return allocation;
  }

  /** The width of a spatial layer, or of the highest one known below it. */
  public int width(int spatialId) {
    int layer = known(spatialId);
    return measured > 0 ? widths[layer] : allocation.width(layer);
  }

  /** The height of a spatial layer, or of the highest one known below it. */
  public int height(int spatialId) {
    int layer = known(spatialId);
    return measured > 0 ? heights[layer] : allocation.height(layer);
  }

  private int known(int spatialId) {
    if (measured > 0) {
      return Math.min(spatialId, measured - 1);
    }
    int layer = Math.min(spatialId, VideoLayersAllocation.MAX_SPATIAL_LAYERS - 1);
    while (layer > 0 && allocation.width(layer) == 0) {
      layer--;
    }
    return layer;
  }
}
