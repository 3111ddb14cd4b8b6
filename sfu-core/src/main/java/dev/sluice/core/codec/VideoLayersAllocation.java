package dev.sluice.core.codec;

/**
 * The video layers allocation extension (webrtc.org/experiments/rtp-hdrext/
 * video-layers-allocation00): which streams and spatial layers a sender means to send, at which
 * rates, and how large. Reusable; holds what the last element said of the very stream that carried
 * it.
 *
 * <pre>
 *  +-+-+-+-+-+-+-+-+
 *  |RID| NS| sl_bm |   index of this stream, streams - 1, spatial layers if the same in all
 *  +-+-+-+-+-+-+-+-+
 *  |sl0_bm |sl1_bm |   else (sl_bm = 0) the spatial layers of each stream, padded to a byte
 *  +-+-+-+-+-+-+-+-+
 *  |#tl|#tl|#tl|#tl|   temporal layers - 1 of each spatial layer of each stream, padded
 *  +-+-+-+-+-+-+-+-+
 *  : kbit/s leb128 :   per temporal layer, with those below it
 *  +-+-+-+-+-+-+-+-+
 *  : w-1, h-1, fps :   5 bytes per spatial layer, all or none
 *  +-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Owned by the thread that owns the stream. Every field is bounded by the element's length.
 */
public final class VideoLayersAllocation {
  /** The most spatial layers that a mask of four bits can name. */
  public static final int MAX_SPATIAL_LAYERS = 4;

  private static final int MAX_STREAMS = 4;
  private static final int SIZE_LENGTH = 5;

  private final BitReader bits = new BitReader();
  private final int[] masks = new int[MAX_STREAMS];
  private final int[] temporalLayers = new int[MAX_STREAMS * MAX_SPATIAL_LAYERS];
  private final int[] widths = new int[MAX_SPATIAL_LAYERS];
  private final int[] heights = new int[MAX_SPATIAL_LAYERS];
  private final int[] framesPerSecond = new int[MAX_SPATIAL_LAYERS];
  private final int[] targetKbps = new int[MAX_SPATIAL_LAYERS];
  private int streamIndex;
  private int activeLayers;

  /**
   * Reads an element.
   *
   * @return false if it contradicts itself; the accessors then say nothing is sent
   */
  public boolean read(byte[] bytes, int offset, int length) {
    forget();
    if (length == 1 && bytes[offset] == 0) {
      // The short form of "nothing is sent".
      return true;
    }
    bits.reset(bytes, offset, length);
    streamIndex = bits.bits(2);
    int streams = bits.bits(2) + 1;
    readMasks(streams);
    int layers = readTemporalLayers(streams);
    if (streamIndex >= streams || layers == 0 || !readRates(streams)) {
      forget();
      return false;
    }
    if (length * 8 - bits.position(offset) >= SIZE_LENGTH * 8 * layers) {
      readSizes(streams);
    }
    activeLayers = masks[streamIndex];
    return true;
  }

  /** The index of the stream that carried it, among the streams of its track. */
  public int streamIndex() {
    return streamIndex;
  }

  /** Whether a spatial layer of this stream is sent. */
  public boolean active(int spatialId) {
    return spatialId < MAX_SPATIAL_LAYERS && (activeLayers & 1 << spatialId) != 0;
  }

  /** Pixels, 0 where not said. */
  public int width(int spatialId) {
    return active(spatialId) ? widths[spatialId] : 0;
  }

  /** Pixels, 0 where not said. */
  public int height(int spatialId) {
    return active(spatialId) ? heights[spatialId] : 0;
  }

  /** Pictures per second at most, 0 where not said. */
  public int framesPerSecond(int spatialId) {
    return active(spatialId) ? framesPerSecond[spatialId] : 0;
  }

  /** Bits per second that are meant for a spatial layer with all its temporal layers. */
  public long targetBps(int spatialId) {
    return active(spatialId) ? targetKbps[spatialId] * 1000L : 0;
  }

  private void forget() {
    streamIndex = 0;
    activeLayers = 0;
    for (int i = 0; i < MAX_SPATIAL_LAYERS; i++) {
      widths[i] = 0;
      heights[i] = 0;
      framesPerSecond[i] = 0;
      targetKbps[i] = 0;
    }
  }

  private void readMasks(int streams) {
    int shared = bits.bits(4);
    for (int stream = 0; stream < streams; stream++) {
      masks[stream] = shared != 0 ? shared : bits.bits(4);
    }
    bits.alignToByte();
  }

  /** Returns how many spatial layers all streams have together. */
  private int readTemporalLayers(int streams) {
    int layers = 0;
    for (int stream = 0; stream < streams; stream++) {
      for (int spatialId = 0; spatialId < MAX_SPATIAL_LAYERS; spatialId++) {
        if ((masks[stream] & 1 << spatialId) != 0) {
          temporalLayers[stream * MAX_SPATIAL_LAYERS + spatialId] = bits.bits(2) + 1;
          layers++;
        }
      }
    }
    bits.alignToByte();
    return layers;
  }

  private boolean readRates(int streams) {
    for (int stream = 0; stream < streams; stream++) {
      for (int spatialId = 0; spatialId < MAX_SPATIAL_LAYERS; spatialId++) {
        if ((masks[stream] & 1 << spatialId) == 0) {
          continue;
        }
        int kbps = 0;
        for (int i = temporalLayers[stream * MAX_SPATIAL_LAYERS + spatialId]; i > 0; i--) {
          kbps = bits.leb128();
        }
        if (stream == streamIndex) {
          targetKbps[spatialId] = kbps;
        }
      }
    }
    return !bits.overrun();
  }

  private void readSizes(int streams) {
    for (int stream = 0; stream < streams; stream++) {
      for (int spatialId = 0; spatialId < MAX_SPATIAL_LAYERS; spatialId++) {
        if ((masks[stream] & 1 << spatialId) == 0) {
          continue;
        }
        int width = bits.bits(16) + 1;
        int height = bits.bits(16) + 1;
        int rate = bits.bits(8);
        if (stream == streamIndex) {
          widths[spatialId] = width;
          heights[spatialId] = height;
          framesPerSecond[spatialId] = rate;
        }
      }
    }
  }
}
