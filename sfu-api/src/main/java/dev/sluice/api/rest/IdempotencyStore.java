package dev.sluice.api.rest;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers to requests that came with an idempotency key, for those that come again. Bounded in
 * number, characters and age; the oldest go first. Safe for every thread.
 */
final class IdempotencyStore {
  static final int MAX_ENTRIES = 10_000;
  static final long MAX_CHARS = 16L * 1024 * 1024;
  static final long MAX_AGE_NANOS = 3_600_000_000_000L;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long chars;

  /**
   * An answer.
   *
   * @param headers those that belong to it
   * @param body JSON, or empty
   */
  record Answer(int status, Map<String, String> headers, String body) {
    Answer {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * A request that has come.
   *
   * @param fingerprint of what it asked for
   * @param answer null as long as it is being served
   */
  record Entry(String fingerprint, long sinceNanos, @Nullable Answer answer) {
    private long size() {
      return answer == null ? 0 : answer.body().length();
    }
  }

  /** Notes a request; gives back the one that came before it under this key, or null. */
  synchronized @Nullable Entry begin(String key, String fingerprint, long nowNanos) {
    forgetOld(nowNanos);
    Entry known = entries.get(key);
    if (known == null) {
      entries.put(key, new Entry(fingerprint, nowNanos, null));
    }
    return known;
  }

  /** It is served; with null it may be tried again. */
  synchronized void end(String key, @Nullable Answer answer) {
    Entry begun = entries.remove(key);
    if (begun != null && answer != null) {
      Entry ended = new Entry(begun.fingerprint(), begun.sinceNanos(), answer);
      entries.put(key, ended);
      chars += ended.size();
    }
  }

  synchronized int size() {
    return entries.size();
  }

  private void forgetOld(long nowNanos) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry entry = oldest.next();
      boolean tooMany = entries.size() >= MAX_ENTRIES || chars > MAX_CHARS;
      if (entry.answer() == null && !tooMany) {
        continue;
      }
      if (!tooMany && nowNanos - entry.sinceNanos() < MAX_AGE_NANOS) {
        return;
      }
      chars -= entry.size();
      oldest.remove();
    }
  }
}
