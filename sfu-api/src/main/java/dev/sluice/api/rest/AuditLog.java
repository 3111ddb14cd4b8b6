package dev.sluice.api.rest;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators have done and tried to do: the last ones in memory, all of them as lines of
 * the logger {@code dev.sluice.audit}. Names neither tokens nor addresses. Safe for every thread.
 */
final class AuditLog {
  /** Entries that are kept. */
  static final int MAX_ENTRIES = 1000;

  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.audit");
  private static final int MAX_CHARS = 128;

  private final InstantSource clock;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long lastSeq;

  AuditLog(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Something that was done, or refused.
   *
   * @param seq grows by one with each
   * @param time when it was answered
   * @param actor the administrator's identity, or a hyphen for one that was not let in
   * @param action the call: method and path, with the names of its variables
   * @param room that it was about, or empty
   * @param target the participant, track, or whatever else it was about, or empty
   * @param status how it was answered (HTTP)
   */
  record Entry(
      long seq,
      Instant time,
      String actor,
      String action,
      String room,
      String target,
      int status) {}

  synchronized void add(String actor, String action, String room, String target, int status) {
    Entry entry =
        new Entry(
            ++lastSeq, clock.instant(), clean(actor), action, clean(room), clean(target), status);
    if (entries.size() == MAX_ENTRIES) {
      entries.removeFirst();
    }
    entries.addLast(entry);
    LOG.info(
        "audit seq={} actor=\"{}\" action=\"{}\" room=\"{}\" target=\"{}\" status={}",
        entry.seq(),
        entry.actor(),
        entry.action(),
        entry.room(),
        entry.target(),
        entry.status());
  }

  /** Those behind a number, the oldest first. */
  synchronized List<Entry> after(long seq, int limit) {
    return entries.stream().filter(entry -> entry.seq() > seq).limit(limit).toList();
  }

  /** On one line, without what would end a quotation. */
  private static String clean(String text) {
    String bounded = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
    return bounded.replaceAll("[\\p{Cntrl}\"\\\\]", "?");
  }
}
