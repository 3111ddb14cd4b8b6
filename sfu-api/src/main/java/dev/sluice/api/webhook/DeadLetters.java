package dev.sluice.api.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * Events that a receiver has refused or not answered for too long, and those of them that it is to
 * be sent once more. Guarded by the lock of its {@link OutboxStore}.
 */
final class DeadLetters {
  /** Behind every character that a name or a number may have. */
  private static final String BEHIND = "/\uffff";

  private final int max;
  private @Nullable MVMap<String, String> dead;
  private @Nullable MVMap<String, String> again;
  private long lost;

  DeadLetters(int max) {
    this.max = max;
  }

  /**
   * One of them.
   *
   * @param number of the event
   * @param reason why the receiver does not have it
   * @param json the event
   */
  record DeadLetter(long number, String reason, String json) {}

  void open(MVStore store) {
    dead = openText(store, "dead");
    again = openText(store, "again");
  }

  private static MVMap<String, String> openText(MVStore store, String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  private MVMap<String, String> dead() {
    return Objects.requireNonNull(dead);
  }

  private MVMap<String, String> again() {
    return Objects.requireNonNull(again);
  }

  private static String key(String endpoint, long number) {
    return "%s/%019d".formatted(endpoint, number);
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  /** Keeps an event as a dead letter. */
  void bury(String endpoint, StoredEvent event, String reason) {
    String key = key(endpoint, event.number());
    again().remove(key);
    dead().put(key, reason.replace('\n', ' ') + "\n" + event.json());
    List<DeadLetter> all = of(endpoint, 0, max + 1);
    if (all.size() > max) {
      dead().remove(key(endpoint, all.getFirst().number()));
      lost++;
    }
  }

  /** Some of a receiver's, behind a number, the oldest first. */
  List<DeadLetter> of(String endpoint, long after, int limit) {
    List<DeadLetter> found = new ArrayList<>();
    Cursor<String, String> cursor =
        dead().cursor(key(endpoint, after + 1), endpoint + BEHIND, false);
    while (found.size() < limit && cursor.hasNext()) {
      String key = cursor.next();
      String value = cursor.getValue();
      int line = value.indexOf('\n');
      found.add(new DeadLetter(number(key), value.substring(0, line), value.substring(line + 1)));
    }
    return found;
  }

  /** Has a receiver be sent its dead letters once more; answers how many there are. */
  int sendAgain(String endpoint) {
    List<DeadLetter> all = of(endpoint, 0, max);
    for (DeadLetter letter : all) {
      String key = key(endpoint, letter.number());
      dead().remove(key);
      again().put(key, letter.json());
    }
    return all.size();
  }

  /** Throws a receiver's dead letters away; answers how many there were. */
  int discard(String endpoint) {
    List<DeadLetter> all = of(endpoint, 0, max);
    all.forEach(letter -> dead().remove(key(endpoint, letter.number())));
    return all.size();
  }

  /** Nothing of this receiver is kept. */
  void forget(String endpoint) {
    discard(endpoint);
    for (StoredEvent event = nextAgain(endpoint); event != null; event = nextAgain(endpoint)) {
      delivered(endpoint, event.number());
    }
  }

  /** What a receiver is to be sent once more next; null for nothing. */
  @Nullable StoredEvent nextAgain(String endpoint) {
    Cursor<String, String> cursor = again().cursor(key(endpoint, 0), endpoint + BEHIND, false);
    return cursor.hasNext() ? new StoredEvent(number(cursor.next()), cursor.getValue()) : null;
  }

  /** How much a receiver is to be sent once more. */
  int againCount(String endpoint) {
    return count(again(), endpoint);
  }

  /** How many a receiver has. */
  int count(String endpoint) {
    return count(dead(), endpoint);
  }

  private static int count(MVMap<String, String> map, String endpoint) {
    int count = 0;
    Cursor<String, String> cursor = map.cursor(key(endpoint, 0), endpoint + BEHIND, false);
    while (cursor.hasNext()) {
      cursor.next();
      count++;
    }
    return count;
  }

  /** A receiver has it now. */
  void delivered(String endpoint, long number) {
    again().remove(key(endpoint, number));
  }

  /** What was thrown away because there were too many. */
  long lost() {
    return lost;
  }
}
