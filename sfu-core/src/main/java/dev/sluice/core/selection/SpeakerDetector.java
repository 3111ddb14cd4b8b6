package dev.sluice.core.selection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says who speaks, from the audio levels that publishers put into their packets (RFC 6464). The
 * level of each is smoothed: it rises fast and falls slowly, so that words, not syllables, count; a
 * speaker starts above one threshold and ends below a lower one.
 *
 * <p>It also keeps an {@link #order} of all who have spoken, for pictures of speakers: who speaks
 * comes before who does not, and takes the place of another speaker only when that one has ended or
 * is drowned out, so that two who talk at once do not flicker.
 *
 * <p>Owner: the room's worker. Levels are in -dBov as on the wire: 0 is the loudest, 127 silence.
 *
 * @param <K> what identifies a talker
 */
public final class SpeakerDetector<K> {
  private static final double START_DBOV = -50;
  private static final double STOP_DBOV = -58;
  private static final double RISE = 0.35;
  private static final double FALL_PER_SECOND_DB = 45;
  private static final double SILENCE_DBOV = -127;
  private static final double DROWNS_OUT_DB = 12;

  private final Map<K, Talker<K>> talkers = new HashMap<>();
  private final List<Talker<K>> order = new ArrayList<>();
  private List<K> last = List.of();
  private boolean orderChanged;

  /** One packet's level. */
  public void handleLevel(K key, int levelMinusDbov, long nowNanos) {
    Talker<K> talker = talkers.get(key);
    if (talker == null) {
      talker = new Talker<>(key, nowNanos);
      talkers.put(key, talker);
    }
    talker.decay(nowNanos);
    double level = -levelMinusDbov;
    if (level > talker.levelDbov) {
      talker.levelDbov += RISE * (level - talker.levelDbov);
    }
  }

  /** Forgets a talker whose track has ended. */
  public void remove(K key) {
    Talker<K> talker = talkers.remove(key);
    orderChanged |= talker != null && order.remove(talker);
  }

  /** Re-reads who speaks; true when that differs from the last call that returned true. */
  public boolean update(long nowNanos) {
    List<Talker<K>> speaking = new ArrayList<>();
    for (Talker<K> talker : talkers.values()) {
      talker.decay(nowNanos);
      talker.speaking = talker.levelDbov > (talker.speaking ? STOP_DBOV : START_DBOV);
      if (talker.speaking) {
        speaking.add(talker);
      }
    }
    speaking.sort((a, b) -> Double.compare(b.levelDbov, a.levelDbov));
    speaking.forEach(this::moveUp);
    List<K> now = speaking.stream().map(talker -> talker.key).toList();
    boolean changed = !now.equals(last);
    last = now;
    return changed;
  }

  private void moveUp(Talker<K> talker) {
    int place = order.indexOf(talker);
    if (place < 0) {
      place = order.size();
      order.add(talker);
      orderChanged = true;
    }
    while (place > 0 && talker.precedes(order.get(place - 1))) {
      order.set(place, order.get(place - 1));
      order.set(--place, talker);
      orderChanged = true;
    }
  }

  /** All who have spoken, in the order in which they are worth to be seen. */
  public List<K> order() {
    return order.stream().map(talker -> talker.key).toList();
  }

  /** Whether {@link #order} has changed since the last call. */
  public boolean takeOrderChange() {
    boolean changed = orderChanged;
    orderChanged = false;
    return changed;
  }

  /** Who spoke at the last {@link #update}, loudest first. */
  public List<K> speakers() {
    return last;
  }

  /** The smoothed level of a talker, 0 to -127. */
  public int levelDbov(K key) {
    Talker<K> talker = talkers.get(key);
    return talker == null ? (int) SILENCE_DBOV : (int) Math.round(talker.levelDbov);
  }

  private static final class Talker<K> {
    private final K key;
    private double levelDbov = SILENCE_DBOV;
    private long updatedNanos;
    private boolean speaking;

    Talker(K key, long nowNanos) {
      this.key = key;
      updatedNanos = nowNanos;
    }

    /** For one who speaks. */
    boolean precedes(Talker<K> other) {
      return !other.speaking || levelDbov >= other.levelDbov + DROWNS_OUT_DB;
    }

    void decay(long nowNanos) {
      double seconds = (nowNanos - updatedNanos) / 1e9;
      levelDbov = Math.max(SILENCE_DBOV, levelDbov - seconds * FALL_PER_SECOND_DB);
      updatedNanos = nowNanos;
    }
  }
}
