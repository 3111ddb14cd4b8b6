package dev.sluice.core.egress;

import java.util.Arrays;

/**
 * Writes dependency descriptors ("RTP Payload Format For AV1" appendix A.8) bit by bit: one
 * template per layer, what a frame refers to in each descriptor.
 */
final class DescriptorBits {
  private final byte[] bytes = new byte[255];
  private int bit;

  /**
   * The descriptor of a packet.
   *
   * @param structure whether it carries the structure of the layers
   * @param frameDiffs the distances to the frames that its frame refers to, 1 to 256
   */
  static byte[] of(
      LayeredSource.Frame frame,
      boolean start,
      boolean end,
      boolean structure,
      int[] layers,
      int[] frameDiffs) {
    DescriptorBits bits = new DescriptorBits();
    int temporalLayers = layers[1];
    bits.put(start ? 1 : 0, 1).put(end ? 1 : 0, 1);
    bits.put(frame.spatialId() * temporalLayers + frame.temporalId(), 6).put(frame.id(), 16);
    // Structure, active targets, custom indications, custom differences, custom chains.
    bits.put(structure ? 1 : 0, 1).put(0b0010, 4);
    if (structure) {
      bits.putStructure(layers[0], temporalLayers);
    }
    for (int difference : frameDiffs) {
      bits.put(2, 2).put(difference - 1, 8);
    }
    bits.put(0, 2);
    return Arrays.copyOf(bits.bytes, (bits.bit + 7) / 8);
  }

  /** A decode target for each layer; a frame of temporal layer 0 lets in all higher ones. */
  private void putStructure(int spatialLayers, int temporalLayers) {
    int count = spatialLayers * temporalLayers;
    put(0, 6).put(count - 1, 5);
    for (int template = 1; template < count; template++) {
      put(template % temporalLayers == 0 ? 2 : 1, 2);
    }
    put(3, 2);
    for (int template = 0; template < count; template++) {
      for (int target = 0; target < count; target++) {
        put(indication(template, target, temporalLayers), 2);
      }
    }
    put(0, count);
    // No chains: zero in the shortest form of a number up to the count; no sizes.
    put(0, 31 - Integer.numberOfLeadingZeros(count + 1)).put(0, 1);
  }

  private static int indication(int template, int target, int temporalLayers) {
    int spatialId = template / temporalLayers;
    int temporalId = template % temporalLayers;
    int targetSpatialId = target / temporalLayers;
    int targetTemporalId = target % temporalLayers;
    if (spatialId > targetSpatialId || temporalId > targetTemporalId) {
      return 0;
    }
    if (spatialId < targetSpatialId) {
      return 3;
    }
    return temporalId > 0 && temporalId == targetTemporalId ? 1 : 2;
  }

  private DescriptorBits put(int value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      if ((value >> i & 1) != 0) {
        bytes[bit >> 3] |= (byte) (0x80 >> (bit & 7));
      }
      bit++;
    }
    return this;
  }
}
