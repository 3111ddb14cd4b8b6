package dev.sluice.core.codec;

/**
 * The outgoing numbers of one packet's descriptor, packed into a {@code long} so that a
 * retransmission can be numbered as its original was.
 *
 * <pre>
 *  bit 30      29..25  24             23..16     15              14..0
 *  has KEYIDX  KEYIDX  has TL0PICIDX  TL0PICIDX  has picture id  picture id
 * </pre>
 */
final class DescriptorMapping {
  private static final int PICTURE_ID_MASK = 0x7FFF;
  private static final long HAS_PICTURE_ID = 1L << 15;
  private static final int TL0_SHIFT = 16;
  private static final long HAS_TL0 = 1L << 24;
  private static final int KEY_SHIFT = 25;
  private static final long HAS_KEY = 1L << 30;

  private DescriptorMapping() {}

  /** Adds a picture number, wrapped to 15 bits. */
  static long withPictureId(long mapping, long number) {
    return mapping | HAS_PICTURE_ID | (number & PICTURE_ID_MASK);
  }

  /** Adds an outgoing TL0PICIDX. */
  static long withTl0PicIdx(long mapping, int tl0PicIdx) {
    return mapping | HAS_TL0 | (long) tl0PicIdx << TL0_SHIFT;
  }

  /** Adds an outgoing KEYIDX. */
  static long withKeyIdx(long mapping, int keyIdx) {
    return mapping | HAS_KEY | (long) keyIdx << KEY_SHIFT;
  }

  static boolean hasPictureId(long mapping) {
    return (mapping & HAS_PICTURE_ID) != 0;
  }

  static int pictureId(long mapping) {
    return (int) mapping & PICTURE_ID_MASK;
  }

  static boolean hasTl0PicIdx(long mapping) {
    return (mapping & HAS_TL0) != 0;
  }

  static int tl0PicIdx(long mapping) {
    return (int) (mapping >> TL0_SHIFT) & 0xFF;
  }

  static boolean hasKeyIdx(long mapping) {
    return (mapping & HAS_KEY) != 0;
  }

  static int keyIdx(long mapping) {
    return (int) (mapping >> KEY_SHIFT) & 0x1F;
  }
}
