package dev.sluice.perf.load;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures windows: the counters of the participants and of the server's process, twice. */
final class Stopwatch {
  private final MediaLoop loop;
  private final long pid;
  private final @Nullable Path gcLog;
  private final double idleShare;
  private final Supplier<ServerMeters> meters;
  private final MachineSpeed machine;

  /** The counters at one instant. */
  private record Reading(
      long nanos,
      long packets,
      long expected,
      long distinct,
      long bytes,
      long decrypted,
      long undecryptable,
      long retransmissions,
      long nacks) {}

  /**
   * @param pid of the server's process, or 0
   * @param idleShare of one core, what the process uses when nobody is there
   * @param meters what the server has counted until now
   */
  Stopwatch(
      MediaLoop loop,
      long pid,
      @Nullable Path gcLog,
      double idleShare,
      Supplier<ServerMeters> meters,
      MachineSpeed machine) {
    this.loop = loop;
    this.pid = pid;
    this.gcLog = gcLog;
    this.idleShare = idleShare;
    this.meters = meters;
    this.machine = machine;
  }

  /** Lets media flow for a time and says what happened. */
  Window measure(String target, Scenario scenario, Crowd crowd, int seconds, Runnable eachSecond) {
    Reading before =
        loop.call(
                () -> {
                  crowd.tally().delays.reset();
                  long ignored = loop.takeLateTurns();
                  return read(crowd);
                })
            .join();
    ServerMeters metersBefore = meters.get();
    long logBefore = ProcessUsage.length(gcLog);
    long errorsBefore = ProcessUsage.receiveBufferErrors();
    long compilerBefore = ProcessUsage.compilerMicros(pid);
    long cpuBefore = ProcessUsage.cpuMicros(pid);
    double ignored = machine.takeMeanNanos();
    long startNanos = System.nanoTime();
    for (int second = 1; second <= seconds; second++) {
      eachSecond.run();
      sleepUntil(startNanos + second * 1_000_000_000L);
    }
    long cpuMicros = ProcessUsage.cpuMicros(pid) - cpuBefore;
    // A thread of it may have ended meanwhile.
    long compilerMicros = Math.max(0, ProcessUsage.compilerMicros(pid) - compilerBefore);
    double cpuSeconds = (System.nanoTime() - startNanos) / 1e9;
    double fixedWorkNanos = machine.takeMeanNanos();
    List<Double> pauses = ProcessUsage.pausesMillis(gcLog, logBefore);
    long errors = ProcessUsage.receiveBufferErrors() - errorsBefore;
    ServerMeters metersSince = meters.get().since(metersBefore);
    return loop.call(
            () -> {
              Reading after = read(crowd);
              Histogram delays = crowd.tally().delays;
              double elapsed = (after.nanos() - before.nanos()) / 1e9;
              return new Window(
                  target,
                  scenario.title(),
                  scenario.seats().size(),
                  elapsed,
                  after.packets() - before.packets(),
                  lost(before, after),
                  after.bytes() - before.bytes(),
                  // Both intervals have the same length but for some milliseconds.
                  (long) (cpuMicros * elapsed / cpuSeconds),
                  (long) (compilerMicros * elapsed / cpuSeconds),
                  (long) (idleShare * elapsed * 1e6),
                  delays.millis(0.5),
                  delays.millis(0.99),
                  delays.millis(0.999),
                  delays.maxMillis(),
                  after.decrypted() - before.decrypted(),
                  after.undecryptable() - before.undecryptable(),
                  after.retransmissions() - before.retransmissions(),
                  after.nacks() - before.nacks(),
                  pauses,
                  metersSince,
                  ProcessUsage.residentBytes(pid),
                  loop.takeLateTurns(),
                  errors,
                  fixedWorkNanos);
            })
        .join();
  }

  private static long lost(Reading before, Reading after) {
    long expected = after.expected() - before.expected();
    return Math.max(0, expected - (after.distinct() - before.distinct()));
  }

  private Reading read(Crowd crowd) {
    long expected = 0;
    long distinct = 0;
    for (LoadPeer peer : loop.peers()) {
      for (SinkStream stream : peer.sinks().streams()) {
        expected += stream.expected();
        distinct += stream.distinct();
      }
    }
    Tally tally = crowd.tally();
    return new Reading(
        System.nanoTime(),
        tally.packets,
        expected,
        distinct,
        tally.bytes,
        tally.decrypted,
        tally.undecryptable,
        tally.retransmissions,
        tally.nacks);
  }

  /** The share of a core that a process uses now. */
  static double coreShare(long pid, int seconds) {
    return share(() -> ProcessUsage.cpuMicros(pid), seconds);
  }

  /** The share of a core that a process's JIT compilers use now. */
  static double compilerShare(long pid, int seconds) {
    return share(() -> ProcessUsage.compilerMicros(pid), seconds);
  }

  private static double share(LongSupplier cpuMicros, int seconds) {
    long before = cpuMicros.getAsLong();
    long startNanos = System.nanoTime();
    sleepUntil(startNanos + seconds * 1_000_000_000L);
    return (cpuMicros.getAsLong() - before) / ((System.nanoTime() - startNanos) / 1e3);
  }

  static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
