package dev.sluice.perf.load;

import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How fast this machine is at a time. The processors of a guest are often halves of cores whose
 * other halves belong to other guests: while those work, the same instructions take up to twice as
 * long, and no counter that a guest can read tells. So here a fixed piece of work is done again and
 * again, a thousandth of a core's time, and measured on the clock of its thread, which stands still
 * while others run. What that takes compared with the fastest it ever took is what a figure of the
 * same stretch of time has to be compared with.
 *
 * <p>Thread safe.
 */
final class MachineSpeed implements AutoCloseable {
  private static final int PERIOD_MILLIS = 25;

  /** After a sleep the first ones find cold caches. */
  private static final int UNMEASURED = 4;

  private static final int ATTEMPTS = 3;

  /** Until the work is compiled, beside all else that is when a load test starts. */
  private static final long REHEARSAL_NANOS = 3_000_000_000L;

  private static final int WORK_BYTES = 8 * 1024;

  private final Runnable work;
  private final LongSupplier threadCpuNanos;
  private final Thread thread = new Thread(this::run, "machine-speed");
  private long fastestNanos = Long.MAX_VALUE;
  private long sumNanos;
  private int samples;

  /**
   * Takes no samples by itself.
   *
   * @param threadCpuNanos the time that the calling thread has been on a processor
   */
  MachineSpeed(Runnable work, LongSupplier threadCpuNanos) {
    this.work = work;
    this.threadCpuNanos = threadCpuNanos;
  }

  /** Takes samples from now on. */
  static MachineSpeed start() {
    MachineSpeed speed =
        new MachineSpeed(
            encryption(), ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    speed.thread.setDaemon(true);
    speed.thread.start();
    return speed;
  }

  /**
   * AES in counter mode fits the smallest cache, and keeps the units busy that two halves share.
   */
  private static Runnable encryption() {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      byte[] key = new byte[16];
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(key));
      byte[] data = new byte[WORK_BYTES];
      return () -> encrypt(cipher, data);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has AES", missing);
    }
  }

  private static void encrypt(Cipher cipher, byte[] data) {
    try {
      cipher.update(data, 0, data.length, data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("as much comes out as went in", impossible);
    }
  }

  private void run() {
    long beganNanos = threadCpuNanos.getAsLong();
    while (threadCpuNanos.getAsLong() - beganNanos < REHEARSAL_NANOS) {
      work.run();
    }
    try {
      while (true) {
        sample();
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does the work and takes note: the best of some attempts, for an interrupt is no slowness. */
  void sample() {
    for (int i = 0; i < UNMEASURED; i++) {
      work.run();
    }
    long best = Long.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS; i++) {
      long startNanos = threadCpuNanos.getAsLong();
      work.run();
      best = Math.min(best, threadCpuNanos.getAsLong() - startNanos);
    }
    note(best);
  }

  private synchronized void note(long nanos) {
    fastestNanos = Math.min(fastestNanos, nanos);
    sumNanos += nanos;
    samples++;
  }

  /**
   * What the work took since the last call, on average.
   *
   * @return nanoseconds, 0 if it was not done
   */
  synchronized double takeMeanNanos() {
    double mean = samples == 0 ? 0 : (double) sumNanos / samples;
    sumNanos = 0;
    samples = 0;
    return mean;
  }

  /** What it took when it was fastest, 0 if it was not done yet. */
  synchronized long fastestNanos() {
    return fastestNanos == Long.MAX_VALUE ? 0 : fastestNanos;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
