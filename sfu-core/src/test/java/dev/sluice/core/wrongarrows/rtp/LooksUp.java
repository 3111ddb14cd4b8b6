package dev.sluice.core.wrongarrows.rtp;

import dev.sluice.core.wrongarrows.room.Top;
import java.io.IOException;
import java.net.DatagramSocket;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** Points up, and does everything by itself. */
public final class LooksUp {
  private final ReentrantLock lock = new ReentrantLock();

  /** What is above. */
  public Top top() {
    lock.lock();
    try {
      return new Top();
    } finally {
      lock.unlock();
    }
  }

  /** A clock. */
  public long readsClock() {
    return System.nanoTime();
  }

  /** Another clock. */
  public Instant readsWallClock() {
    return Instant.now();
  }

  /** A thread. */
  public Thread startsThread() {
    return Thread.ofVirtual().start(() -> {});
  }

  /** A socket. */
  public DatagramSocket opensSocket() throws IOException {
    return new DatagramSocket();
  }

  /** Randomness. */
  public int drawsNumber() {
    return new SecureRandom().nextInt();
  }

  /** A wait for nothing. */
  public void sleeps() throws InterruptedException {
    Thread.sleep(1);
  }
}
