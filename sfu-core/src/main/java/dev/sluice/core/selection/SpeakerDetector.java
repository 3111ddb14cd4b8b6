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

  private final Map<K, Talker> talkers = new HashMap<>();
  private List<K> last = List.of();

  /** One packet's level. */
  public void handleLevel(K key, int levelMinusDbov, long nowNanos) {
    Talker talker = talkers.get(key);
    if (talker == null) {
      talker = new Talker(nowNanos);
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
    talkers.remove(key);
  }

  /** Re-reads who speaks; true when that differs from the last call that returned true. */
  public boolean update(long nowNanos) {
    List<Map.Entry<K, Talker>> speaking = new ArrayList<>();
    for (Map.Entry<K, Talker> entry : talkers.entrySet()) {
      Talker talker = entry.getValue();
      talker.decay(nowNanos);
      talker.speaking = talker.levelDbov > (talker.speaking ? STOP_DBOV : START_DBOV);
      if (talker.speaking) {
        speaking.add(entry);
      }
    }
    speaking.sort((a, b) -> Double.compare(b.getValue().levelDbov, a.getValue().levelDbov));
    List<K> now = speaking.stream().map(Map.Entry::getKey).toList();
    boolean changed = !now.equals(last);
    last = now;
    return changed;
  }

  /** Who spoke at the last {@link #update}, loudest first. */
  public List<K> speakers() {
    return last;
  }

  /** The smoothed level of a talker, 0 to -127. */
  public int levelDbov(K key) {
    Talker talker = talkers.get(key);
    return talker == null ? (int) SILENCE_DBOV : (int) Math.round(talker.levelDbov);
  }

  private static final class Talker {
    private double levelDbov = SILENCE_DBOV;
    private long updatedNanos;
    private boolean speaking;

    Talker(long nowNanos) {
      updatedNanos = nowNanos;
    }

    void decay(long nowNanos) {
      double seconds = (nowNanos - updatedNanos) / 1e9;
      levelDbov = Math.max(SILENCE_DBOV, levelDbov - seconds * FALL_PER_SECOND_DB);
      updatedNanos = nowNanos;
    }
  }
}
