package dev.sluice.api.webhook;

import java.time.Duration;

/**
 * When a request is repeated, and when no more.
 *
 * @param first the wait after the first failure; it doubles with each
 * @param longest the longest wait
 * @param giveUpAfter an event whose repetitions have failed for so long becomes a dead letter
 */
public record RetryPolicy(Duration first, Duration longest, Duration giveUpAfter) {
  /** Refusals of an event as wrong (4xx) after which it is not sent again by itself. */
  static final int REFUSALS = 5;

  private static final int MAX_DOUBLINGS = 30;
  private static final int OK = 200;
  private static final int REDIRECTION = 300;
  private static final int CLIENT_ERROR = 400;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_EARLY = 425;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /**
   * The wait after so many failures in a row.
   *
   * @param random 0 to 1, so that many senders do not come back at one moment
   */
  Duration delay(int failures, double random) {
    long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
    long millis = doubled < first.toMillis() ? Long.MAX_VALUE : doubled;
    millis = Math.min(millis, longest.toMillis());
    return Duration.ofMillis(Math.round(millis * (0.8 + 0.2 * random)));
  }

  /** Whether a receiver has taken what it was sent. */
  static boolean isTaken(int status) {
    return status >= OK && status < REDIRECTION;
  }

  /** Whether a receiver says that the request is wrong, and not only the moment. */
  static boolean isRefused(int status) {
    return status >= CLIENT_ERROR
        && status < SERVER_ERROR
        && status != REQUEST_TIMEOUT
        && status != TOO_EARLY
        && status != TOO_MANY_REQUESTS;
  }
}
