package dev.sluice.core.codec;

/**
 * What one packet says about the frame it belongs to. A reusable holder: one per incoming stream,
 * overwritten by each {@link PayloadReader#read} and refined by {@link
 * DependencyDescriptorReader#read}. Owned by the thread that owns the stream.
 *
 * <p>A <em>frame</em> is what the codec's payload format delimits: for VP9 and AV1 with spatial
 * layers that is one layer's frame, and the RTP marker bit ends the picture of all layers.
 */
public final class PayloadFacts {
  /** The most spatial layers that any supported codec can announce (VP9, RFC 9628 §4.2.1). */
  public static final int MAX_SPATIAL_LAYERS = 8;

  /** The highest number of a layer in any supported descriptor: three bits. */
  public static final int MAX_LAYER_ID = 7;

  boolean keyframe;
  boolean parameterSets;
  boolean frameStart;
  boolean frameEnd;
  int temporalId;
  int spatialId;
  boolean switchUp;
  int switchUpFrom;
  int switchUpTo;
  boolean spatialSwitchUp;
  boolean interLayerPredicted;
  int descriptorLength;
  int pictureId;
  int pictureIdBits;
  int tl0PicIdx;
  int keyIdx;
  int frameNumber;

  /** How many templates the structure has that this packet's dependency descriptor carries. */
  int templates;

  int spatialLayers;
  private final int[] layerWidths = new int[MAX_SPATIAL_LAYERS];
  private final int[] layerHeights = new int[MAX_SPATIAL_LAYERS];

  /** Creates a holder that says nothing yet. */
  public PayloadFacts() {
    reset();
  }

  /** Forgets the previous packet. */
  void reset() {
    keyframe = false;
    parameterSets = false;
    frameStart = false;
    frameEnd = false;
    temporalId = 0;
    spatialId = 0;
    switchUp = false;
    switchUpFrom = -1;
    switchUpTo = -1;
    spatialSwitchUp = false;
    interLayerPredicted = false;
    descriptorLength = 0;
    pictureId = -1;
    pictureIdBits = 0;
    tl0PicIdx = -1;
    keyIdx = -1;
    frameNumber = -1;
    templates = 0;
    spatialLayers = 0;
  }

  /** Says that a receiver of the temporal layers up to {@code from} may go up to {@code to}. */
  void allowSwitchUp(int from, int to) {
    switchUpFrom = Math.max(0, from);
    switchUpTo = to;
  }

  /** Records the size of one spatial layer; layers come in ascending order. */
  void addLayerSize(int width, int height) {
    if (spatialLayers < MAX_SPATIAL_LAYERS) {
      layerWidths[spatialLayers] = width;
      layerHeights[spatialLayers] = height;
      spatialLayers++;
    }
  }

  /**
   * Whether forwarding may start with this packet: it begins a keyframe of the lowest spatial
   * layer, or (H.264, H.265) it carries the sequence parameter set that precedes one in a packet of
   * its own. For audio always true. More than one packet of the same keyframe can say so.
   */
  public boolean keyframe() {
    return keyframe;
  }

  /** Whether this packet carries a sequence parameter set or sequence header. */
  public boolean parameterSets() {
    return parameterSets;
  }

  /**
   * Whether a frame begins in this packet. H.264 and H.265 have no descriptor that says it; there
   * each packet that may begin an access unit says so, thus more than one of the same frame can.
   */
  public boolean frameStart() {
    return frameStart;
  }

  /** Whether a frame ends with this packet: as the descriptor says, else the marker bit. */
  public boolean frameEnd() {
    return frameEnd;
  }

  /** The temporal layer, 0 for the base and for streams without layers. */
  public int temporalId() {
    return temporalId;
  }

  /** The spatial layer, 0 for the base and for streams without layers. */
  public int spatialId() {
    return spatialId;
  }

  /**
   * Whether a receiver of a lower temporal layer may go up to this packet's temporal layer with
   * this frame: VP8's layer sync bit, VP9's switching up point, a TSA or STSA picture of H.265, a
   * switch indication of the dependency descriptor.
   */
  public boolean switchUp() {
    return switchUp;
  }

  /**
   * The lowest temporal limit of a receiver that may raise it with this frame, -1 where none may.
   * VP8's layer sync bit lets in its own layer for receivers of those below (RFC 7741 §4.2); VP9's
   * switching up point lets in all higher layers for receivers of its own (RFC 9628 §4.2); so does
   * a switch indication of the dependency descriptor for the layers of its decode target.
   */
  public int switchUpFrom() {
    return switchUpFrom;
  }

  /** The temporal limit up to which such a receiver may go, -1 where none may. */
  public int switchUpTo() {
    return switchUpTo;
  }

  /**
   * Whether a receiver that has the lower spatial layers of this very picture may add this packet's
   * spatial layer with it: nothing of another picture is referenced. VP9 and the dependency
   * descriptor say it in each packet of the frame, the others in the first of a keyframe.
   */
  public boolean spatialSwitchUp() {
    return spatialSwitchUp;
  }

  /**
   * Whether the frame references a lower spatial layer of its own picture (VP9 and the dependency
   * descriptor).
   */
  public boolean interLayerPredicted() {
    return interLayerPredicted;
  }

  /** The width in pixels of the largest layer that this packet announces, else -1. */
  public int width() {
    return spatialLayers == 0 ? -1 : layerWidths[spatialLayers - 1];
  }

  /** The height in pixels of the largest layer that this packet announces, else -1. */
  public int height() {
    return spatialLayers == 0 ? -1 : layerHeights[spatialLayers - 1];
  }

  /** How many spatial layers' sizes this packet announces, 0 when it announces none. */
  public int spatialLayers() {
    return spatialLayers;
  }

  /** The width in pixels of one announced spatial layer, -1 if not announced. */
  public int layerWidth(int spatialLayer) {
    return spatialLayer < spatialLayers ? layerWidths[spatialLayer] : -1;
  }

  /** The height in pixels of one announced spatial layer, -1 if not announced. */
  public int layerHeight(int spatialLayer) {
    return spatialLayer < spatialLayers ? layerHeights[spatialLayer] : -1;
  }

  /** How many bytes at the payload's start are the payload descriptor of VP8 or VP9, else 0. */
  public int descriptorLength() {
    return descriptorLength;
  }

  /** The picture id as on the wire, -1 if there is none. */
  public int pictureId() {
    return pictureId;
  }

  /** The width of the picture id on the wire: 7 or 15 bits, 0 if there is none. */
  public int pictureIdBits() {
    return pictureIdBits;
  }

  /** The 8-bit running index of base-layer pictures, -1 if there is none. */
  public int tl0PicIdx() {
    return tl0PicIdx;
  }

  /** VP8's 5-bit key index, -1 if there is none. */
  public int keyIdx() {
    return keyIdx;
  }

  /** The dependency descriptor's 16-bit frame number, -1 if there is none. */
  public int frameNumber() {
    return frameNumber;
  }
}
