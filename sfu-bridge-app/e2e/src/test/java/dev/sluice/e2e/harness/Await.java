package dev.sluice.e2e.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting in real time, with a sentence for the case that it was in vain. */
public final class Await {
  private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

  private Await() {}

  /** Polls until the condition holds; throws with what was awaited and how it stood at the end. */
  public static void until(String what, Duration timeout, Callable<Boolean> condition) {
    until(what, timeout, condition, () -> "");
  }

  /** As above; {@code state} describes how things stand, for the message. */
  public static void until(
      String what, Duration timeout, Callable<Boolean> condition, Callable<String> state) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError(
              "Waited " + timeout.toSeconds() + " s in vain: " + what + ". " + state.call());
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Lets time pass: the measuring time of a test, during which the product runs by itself. */
  public static void pass(Duration duration) {
    long deadline = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
