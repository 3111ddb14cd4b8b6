package dev.sluice.core.codec;

/**
 * Maps the picture ids of changing sources to one continuous outgoing numbering.
 *
 * <p>Within a source, the outgoing number is the unwrapped id plus an offset. Leaving a picture out
 * lowers the offset of all later ones by one. Which offset a picture had is remembered for the last
 * {@link #WINDOW} pictures, so late packets and packets of pictures not yet seen keep the place
 * that their order gave them. A picture that was never seen keeps its number free: the receiver
 * must notice that it is missing.
 *
 * <p>Worked example, source ids 10 to 14 with 12 left out, after 70 was sent last: 10→71, 11→72,
 * 13→73, 14→74; a late packet of 11 is still 72; with a change of source the next picture is 75,
 * whatever its id.
 */
final class PictureNumbering {
  /** How far back a late packet still finds its number: two seconds at 60 pictures a second. */
  static final int WINDOW = 128;

  /** No picture: it was left out, precedes the source's first, or is too old. */
  static final long NONE = -1;

  private static final int WRAP_BITS = 15;

  /** Per source picture, by its unwrapped id modulo the window: the outgoing number or NONE. */
  private final long[] numbers = new long[WINDOW];

  private boolean started;
  private boolean inSource;
  private long first;
  private long highest;
  private long offset;
  private long lastNumber = NONE;

  /** Whether any picture has been numbered yet. */
  boolean started() {
    return started;
  }

  /** The next picture begins another source. */
  void sourceChanged() {
    inSource = false;
  }

  /** The number of the picture that a source without ids would show next or shows now. */
  long continueWithoutIds(boolean frameStart) {
    if (!inSource) {
      begin(0);
    } else if (frameStart) {
      advanceTo(highest + 1);
    }
    return numbers[slot(highest)];
  }

  /**
   * The outgoing number (not wrapped) of the picture with this id. A keyframe from before the
   * window is no late packet but an encoder that began anew: it counts as a change of source.
   *
   * @param bits the id's width, 7 or 15
   */
  long numberOf(int pictureId, int bits, boolean keyframe) {
    long id = inSource ? unwrap(pictureId, bits) : pictureId;
    if (!inSource || (keyframe && id <= highest - WINDOW)) {
      begin(pictureId);
      return lastNumber;
    }
    if (id > highest) {
      advanceTo(id);
    }
    return id < first || id <= highest - WINDOW ? NONE : numbers[slot(id)];
  }

  /** Leaves out the picture with this id; only one not yet passed can close its gap. */
  void drop(int pictureId, int bits) {
    if (!inSource) {
      // Nothing of this source has been sent, so nothing needs to be made continuous.
      return;
    }
    long id = unwrap(pictureId, bits);
    if (id <= highest) {
      return;
    }
    advanceTo(id);
    numbers[slot(id)] = NONE;
    lastNumber--;
    offset--;
  }

  private void begin(long id) {
    // The very first source keeps its own ids.
    lastNumber = started ? lastNumber + 1 : id;
    started = true;
    inSource = true;
    first = id;
    highest = id;
    offset = lastNumber - id;
    numbers[slot(id)] = lastNumber;
  }

  /** Numbers all pictures up to this one; those not seen yet keep their place. */
  private void advanceTo(long id) {
    for (long next = Math.max(highest + 1, id - WINDOW + 1); next <= id; next++) {
      numbers[slot(next)] = next + offset;
    }
    highest = id;
    lastNumber = id + offset;
  }

  /** The full id nearest to the highest one of this source. */
  private long unwrap(int pictureId, int bits) {
    int unused = Long.SIZE - Math.min(bits, WRAP_BITS);
    long difference = (pictureId - highest) << unused >> unused;
    return highest + difference;
  }

  private static int slot(long id) {
    return (int) id & (WINDOW - 1);
  }
}
