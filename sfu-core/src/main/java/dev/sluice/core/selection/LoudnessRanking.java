package dev.sluice.core.selection;

import dev.sluice.core.rtp.IntMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Orders the voices of a room so that the first N of it are those to be heard where only N can be.
 * Each packet's level (RFC 6464) may move its voice up, and nothing else moves one: no timer, so
 * that a talker is heard as soon as the third loud packet of a word is there.
 *
 * <p>A voice that talks passes the one before it when that has been quiet for a moment, or is
 * clearly less loud. How long the moment is depends on who comes: {@value #RELEASE_MILLIS} ms are
 * enough for a voice that is about as loud, which may be the next one to speak; a quieter one has
 * to wait for longer than the gaps between words, and what may be a noise in the background for
 * {@value #HOLD_MILLIS} ms. Voices that fall silent so sink below those that talk, the one that
 * spoke last first.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet; its work is bounded by the number
 * of voices and, because only a voice that has fallen silent is passed by more than one place at a
 * time, small.
 *
 * @param <T> what a voice belongs to
 */
public final class LoudnessRanking<T> {
  static final int RELEASE_MILLIS = 60;
  static final int HOLD_MILLIS = 1500;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Longer than the gaps between most words, and those within them. */
  private static final long WORD_GAP_NANOS = 140 * NANOS_PER_MILLI;

  /** After so long without a loud packet, the next one begins anew. */
  private static final long SPURT_GAP_NANOS = 300 * NANOS_PER_MILLI;

  private static final int MAX_VOICES = 32_768;

  /** Below it is breath and room. */
  private static final int LOUD_MINUS_DBOV = 50;

  /** Loud packets that make a voice one that talks; a knock has fewer. */
  private static final int TALKING_PACKETS = 3;

  private static final int MOST_PACKETS = 5;
  private static final double CLEARLY_DB = 6;
  private static final double BACKGROUND_DB = 20;
  private static final double RISE = 0.5;
  private static final double FALL = 0.1;

  private final IntMap<Voice<T>> voices = new IntMap<>(MAX_VOICES);
  private final List<Voice<T>> order = new ArrayList<>();

  /** A voice that has not been heard yet, behind all others. Added twice it stays where it is. */
  public void add(int key, T owner) {
    if (voices.find(key) == null) {
      Voice<T> voice = new Voice<>(owner, order.size());
      if (voices.put(key, voice)) {
        order.add(voice);
      }
    }
  }

  /** A voice that has ended. */
  public void remove(int key) {
    Voice<T> voice = voices.find(key);
    if (voice == null) {
      return;
    }
    voices.remove(key);
    order.remove(voice.place);
    for (int i = voice.place; i < order.size(); i++) {
      order.get(i).place = i;
    }
  }

  /**
   * One packet's level.
   *
   * @param levelMinusDbov as on the wire: 0 is the loudest, 127 silence
   * @return whether the voice has moved up
   */
  public boolean handleLevel(int key, int levelMinusDbov, long nowNanos) {
    Voice<T> voice = voices.find(key);
    if (voice == null) {
      return false;
    }
    voice.handleLevel(levelMinusDbov, nowNanos);
    if (voice.loudPackets < TALKING_PACKETS || levelMinusDbov > LOUD_MINUS_DBOV) {
      return false;
    }
    int place = voice.place;
    while (place > 0 && passes(voice, order.get(place - 1), nowNanos)) {
      Voice<T> passed = order.get(place - 1);
      passed.place = place;
      order.set(place, passed);
      place--;
    }
    boolean moved = place != voice.place;
    voice.place = place;
    order.set(place, voice);
    return moved;
  }

  /** How many voices there are. */
  public int size() {
    return order.size();
  }

  /** Who has a place; 0 is the first. */
  public T at(int place) {
    return order.get(place).owner;
  }

  /** The place of a voice; {@link Integer#MAX_VALUE} for one that is not known. */
  public int placeOf(int key) {
    Voice<T> voice = voices.find(key);
    return voice == null ? Integer.MAX_VALUE : voice.place;
  }

  private static boolean passes(Voice<?> voice, Voice<?> before, long nowNanos) {
    if (!before.heard) {
      return true;
    }
    long quietNanos = nowNanos - before.lastLoudNanos;
    if (quietNanos >= HOLD_MILLIS * NANOS_PER_MILLI) {
      return true;
    }
    double louderDb = voice.levelDbov - before.levelDbov;
    if (quietNanos >= WORD_GAP_NANOS) {
      return louderDb >= -BACKGROUND_DB;
    }
    return louderDb >= (quietNanos >= RELEASE_MILLIS * NANOS_PER_MILLI ? -CLEARLY_DB : CLEARLY_DB);
  }

  private static final class Voice<T> {
    private final T owner;
    private int place;
    private boolean heard;

    /** The level of its loud packets, smoothed. */
    private double levelDbov;

    private long lastLoudNanos;
    private int loudPackets;

    Voice(T owner, int place) {
      this.owner = owner;
      this.place = place;
    }

    void handleLevel(int levelMinusDbov, long nowNanos) {
      if (levelMinusDbov > LOUD_MINUS_DBOV) {
        loudPackets = Math.max(0, loudPackets - 1);
        return;
      }
      boolean goesOn = heard && nowNanos - lastLoudNanos < SPURT_GAP_NANOS;
      double level = -levelMinusDbov;
      if (goesOn) {
        levelDbov += (level > levelDbov ? RISE : FALL) * (level - levelDbov);
      } else {
        levelDbov = level;
        loudPackets = 0;
      }
      heard = true;
      lastLoudNanos = nowNanos;
      loudPackets = Math.min(MOST_PACKETS, loudPackets + 1);
    }
  }
}
