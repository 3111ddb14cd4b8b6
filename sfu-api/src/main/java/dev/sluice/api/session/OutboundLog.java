package dev.sluice.api.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers a session's messages and keeps the latest of them, so that a client that comes back can
 * be sent what it missed. Bounded in messages and characters; the oldest go first. Owned by the
 * session's mailbox.
 */
final class OutboundLog {
  private final int maxMessages;
  private final int maxChars;
  private final ArrayDeque<String> kept = new ArrayDeque<>();
  private int keptChars;
  private long lastSeq;

  OutboundLog(int maxMessages, int maxChars) {
    this.maxMessages = maxMessages;
    this.maxChars = maxChars;
  }

  /** The number that the next message gets. */
  long nextSeq() {
    return lastSeq + 1;
  }

  /** Keeps the message that was written with {@link #nextSeq()}. */
  void append(String text) {
    lastSeq++;
    kept.addLast(text);
    keptChars += text.length();
    while (kept.size() > maxMessages || keptChars > maxChars) {
      keptChars -= kept.removeFirst().length();
    }
  }

  /**
   * The messages after a number, oldest first, or null when some of them are gone or the number has
   * never been given.
   */
  @Nullable List<String> since(long seq) {
    long missed = lastSeq - seq;
    if (missed < 0 || missed > kept.size()) {
      return null;
    }
    return new ArrayList<>(kept).subList(kept.size() - (int) missed, kept.size());
  }
}
