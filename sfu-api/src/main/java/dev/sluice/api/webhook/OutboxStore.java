package dev.sluice.api.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * The outbox on disk: events in the order of their numbers, up to where each receiver has them,
 * which rooms have not ended yet, and dead letters. A file of H2's MVStore, which appends and
 * survives the end of the process at any moment. Safe for every thread; methods wait for each other
 * and for the disk.
 */
final class OutboxStore implements AutoCloseable {
  /** Dead letters of one receiver; one more, and the oldest is lost. */
  static final int MAX_DEAD_LETTERS = 10_000;

  /** Receivers that are not configured now, and whose places are kept all the same. */
  static final int MAX_ABSENT = 64;

  /** What an event costs beside its text. */
  private static final int OVERHEAD_CHARS = 64;

  /** Old versions of pages are overwritten after so long: what is committed is flushed by then. */
  private static final int PAGE_RETENTION_MILLIS = 2000;

  /** Numbers are never given twice, even when all events are gone. */
  private static final String LAST_NUMBER = "last-number";

  private static final int COMPACT_FILL_PERCENT = 70;
  private static final int COMPACT_BYTES = 16 * 1024 * 1024;

  private final Path file;
  private final long maxChars;
  private final int pageRetentionMillis;
  private final Set<String> endpoints;
  private final DeadLetters deadLetters = new DeadLetters(MAX_DEAD_LETTERS);
  private MVStore store;
  private MVMap<Long, String> events;
  private MVMap<String, Long> cursors;
  private MVMap<String, String> openRooms;
  private MVMap<String, String> names;
  private long lastNumber;

  /** What is not on disk yet is not sent: its number could be given again. */
  private long committedNumber;

  private long chars;
  private long lost;
  private long replays;

  /**
   * Opens the outbox, or makes it.
   *
   * @param maxChars what events may take; the oldest go when there are more
   * @param endpoints the receivers' names; a new one gets what happens from now on, one that was
   *     away what is kept of the time
   * @param newName what the outbox is called if it is made
   * @throws IOException when the file cannot be used, or another process uses it
   */
  OutboxStore(Path directory, long maxChars, Set<String> endpoints, String newName)
      throws IOException {
    this(directory, maxChars, endpoints, newName, PAGE_RETENTION_MILLIS);
  }

  OutboxStore(
      Path directory, long maxChars, Set<String> endpoints, String newName, int pageRetentionMillis)
      throws IOException {
    this.pageRetentionMillis = pageRetentionMillis;
    this.maxChars = maxChars;
    this.endpoints = Set.copyOf(endpoints);
    Files.createDirectories(directory);
    file = directory.resolve("webhooks.mv");
    try {
      store = open();
    } catch (MVStoreException e) {
      throw new IOException(e.getMessage(), e);
    }
    events = openEvents();
    cursors = openCursors();
    openRooms = openText("rooms");
    names = openText("names");
    deadLetters.open(store);
    names.putIfAbsent("outbox", newName);
    count();
    endpoints.forEach(this::resume);
    forgetAbsent();
    commit();
  }

  /** The number of the last event that is not kept any more. */
  private long gone() {
    Long oldest = events.firstKey();
    return oldest == null ? lastNumber : oldest - 1;
  }

  /** A receiver goes on where it was; what is not kept any more it has missed. */
  private void resume(String endpoint) {
    long from = cursors.getOrDefault(endpoint, lastNumber);
    lost += Math.max(0, gone() - from);
    cursors.put(endpoint, Math.max(from, gone()));
  }

  /**
   * Places of receivers that are not configured now are kept while all that they have not got is,
   * for somebody may have left one out by mistake. They hold nothing up.
   */
  private void forgetAbsent() {
    List<String> absent =
        cursors.keySet().stream()
            .filter(known -> !endpoints.contains(known))
            .sorted(Comparator.comparingLong(this::cursor).reversed())
            .toList();
    for (int i = 0; i < absent.size(); i++) {
      if (i >= MAX_ABSENT || cursor(absent.get(i)) < gone()) {
        cursors.remove(absent.get(i));
        deadLetters.forget(absent.get(i));
      }
    }
  }

  /** Opens the file anew after a fault of the disk. What was not committed is gone. */
  synchronized void reopen() {
    store.closeImmediately();
    store = open();
    events = openEvents();
    cursors = openCursors();
    openRooms = openText("rooms");
    names = openText("names");
    deadLetters.open(store);
    count();
  }

  private MVStore open() {
    MVStore opened =
        new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().cacheSize(4).open();
    opened.setRetentionTime(pageRetentionMillis);
    opened.setVersionsToKeep(0);
    return opened;
  }

  private MVMap<Long, String> openEvents() {
    return store.openMap(
        "events",
        new MVMap.Builder<Long, String>()
            .keyType(LongDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  private MVMap<String, Long> openCursors() {
    return store.openMap(
        "cursors",
        new MVMap.Builder<String, Long>()
            .keyType(StringDataType.INSTANCE)
            .valueType(LongDataType.INSTANCE));
  }

  private MVMap<String, String> openText(String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  private void count() {
    chars = 0;
    Cursor<Long, String> cursor = events.cursor(null);
    while (cursor.hasNext()) {
      cursor.next();
      chars += size(cursor.getValue());
    }
    Long key = events.lastKey();
    lastNumber =
        Math.max(Long.parseLong(names.getOrDefault(LAST_NUMBER, "0")), key == null ? 0 : key);
    committedNumber = lastNumber;
  }

  private static long size(String stored) {
    return (long) stored.length() + OVERHEAD_CHARS;
  }

  /** What this outbox is called: a new one is called something else. */
  synchronized String name() {
    return names.getOrDefault("outbox", "");
  }

  /** Adds what happened. It is on disk after the next {@link #commit}. */
  synchronized void append(Happening happening) {
    String json = EventJson.write(happening, name(), lastNumber + 1);
    String key = happening.session() + " " + happening.room();
    if (happening.what() instanceof Happening.Ended) {
      openRooms.remove(key);
    } else {
      openRooms.put(key, Long.toString(happening.seq()));
    }
    if (json == null) {
      return;
    }
    String stored = Long.toString(happening.timeMillis(), Character.MAX_RADIX) + " " + json;
    events.put(++lastNumber, stored);
    chars += size(stored);
    while (chars > maxChars && !events.isEmpty()) {
      Long oldest = events.firstKey();
      if (oldest == null) {
        break;
      }
      for (String endpoint : endpoints) {
        if (cursor(endpoint) < oldest) {
          lost++;
          cursors.put(endpoint, oldest);
        }
      }
      remove(oldest);
    }
  }

  /** Ends the rooms that were there when the server was killed; answers how many. */
  synchronized int endLostRooms(long nowMillis) {
    Map<String, String> lostRooms = Map.copyOf(openRooms);
    lostRooms.forEach(
        (key, seq) -> {
          int space = key.indexOf(' ');
          append(
              new Happening(
                  key.substring(space + 1),
                  key.substring(0, space),
                  Long.parseLong(seq) + 1,
                  nowMillis,
                  new Happening.Ended(Happening.EndReason.SERVER_LOST)));
        });
    commit();
    return lostRooms.size();
  }

  /** Puts on disk what has changed. */
  synchronized void commit() {
    if (store.hasUnsavedChanges()) {
      store.commit();
      store.sync();
    }
    committedNumber = lastNumber;
  }

  /** Removes what everyone has and that is older than this, and gives room in the file back. */
  synchronized void tidy(long beforeMillis) {
    long everyoneHas = lastNumber;
    for (String endpoint : endpoints) {
      everyoneHas = Math.min(everyoneHas, cursor(endpoint));
    }
    Long oldest;
    while ((oldest = events.firstKey()) != null && oldest <= everyoneHas) {
      String stored = events.get(oldest);
      if (stored != null && timeMillis(stored) >= beforeMillis) {
        break;
      }
      remove(oldest);
    }
    store.compact(COMPACT_FILL_PERCENT, COMPACT_BYTES);
  }

  private static long timeMillis(String stored) {
    return Long.parseLong(stored.substring(0, stored.indexOf(' ')), Character.MAX_RADIX);
  }

  private void remove(long number) {
    String stored = events.remove(number);
    if (stored != null) {
      chars -= size(stored);
    }
    names.put(LAST_NUMBER, Long.toString(lastNumber));
  }

  /** The number of the last event that a receiver has. */
  synchronized long cursor(String endpoint) {
    return cursors.getOrDefault(endpoint, lastNumber);
  }

  /** Some of the events behind a number: at least one, if there is one. */
  synchronized List<StoredEvent> after(long number, int maxEvents, int maxTextChars) {
    List<StoredEvent> found = new ArrayList<>();
    int text = 0;
    Cursor<Long, String> cursor = events.cursor(number + 1);
    while (found.size() < maxEvents && cursor.hasNext()) {
      long next = cursor.next();
      if (next > committedNumber) {
        break;
      }
      String json = cursor.getValue().substring(cursor.getValue().indexOf(' ') + 1);
      text += json.length();
      if (text > maxTextChars && !found.isEmpty()) {
        break;
      }
      found.add(new StoredEvent(next, json));
    }
    return found;
  }

  /**
   * Where a receiver stands.
   *
   * @param cursor the number of the last event that it has
   * @param replays how often somebody was to begin somewhere else
   */
  record Place(long cursor, long replays) {}

  /** Where a receiver stands now. */
  synchronized Place place(String endpoint) {
    return new Place(cursor(endpoint), replays);
  }

  /** A receiver has all up to a number, unless it was to begin somewhere else meanwhile. */
  synchronized void delivered(String endpoint, Place from, long number) {
    if (place(endpoint).equals(from)) {
      cursors.put(endpoint, number);
    }
  }

  /** Has a receiver get everything again that is still kept behind a number; answers how much. */
  synchronized long replay(String endpoint, long after) {
    replays++;
    long from = Math.max(0, Math.min(after, lastNumber));
    cursors.put(endpoint, Math.max(from, gone()));
    return pending(endpoint);
  }

  /** Events that a receiver does not have yet. */
  synchronized long pending(String endpoint) {
    return lastNumber - cursor(endpoint) + deadLetters.againCount(endpoint);
  }

  /** When the first event happened that a receiver does not have yet; null when it has all. */
  synchronized @Nullable Long oldestPendingMillis(String endpoint) {
    Long next = events.higherKey(cursor(endpoint));
    String stored = next == null ? null : events.get(next);
    return stored == null ? null : Long.valueOf(timeMillis(stored));
  }

  /** An event becomes a dead letter of a receiver. */
  synchronized void bury(String endpoint, StoredEvent event, String reason) {
    deadLetters.bury(endpoint, event, reason);
  }

  /** Some of a receiver's dead letters, behind a number, the oldest first. */
  synchronized List<DeadLetters.DeadLetter> deadLetters(String endpoint, long after, int limit) {
    return deadLetters.of(endpoint, after, limit);
  }

  /** How many dead letters a receiver has. */
  synchronized int deadLetterCount(String endpoint) {
    return deadLetters.count(endpoint);
  }

  /** Has a receiver be sent its dead letters once more; answers how many there are. */
  synchronized int sendAgain(String endpoint) {
    return deadLetters.sendAgain(endpoint);
  }

  /** Throws a receiver's dead letters away; answers how many there were. */
  synchronized int discardDeadLetters(String endpoint) {
    return deadLetters.discard(endpoint);
  }

  /** The next dead letter that a receiver is to be sent once more. */
  synchronized @Nullable StoredEvent nextAgain(String endpoint) {
    return deadLetters.nextAgain(endpoint);
  }

  /** A receiver has taken a dead letter. */
  synchronized void deliveredAgain(String endpoint, long number) {
    deadLetters.delivered(endpoint, number);
  }

  /** What a receiver did not get because it was too much; not counted by receiver. */
  synchronized long lost() {
    return lost + deadLetters.lost();
  }

  /** What the events take. */
  synchronized long chars() {
    return chars;
  }

  @Override
  public synchronized void close() {
    if (!store.isClosed()) {
      commit();
      store.close();
    }
  }
}
