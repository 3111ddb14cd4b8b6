package dev.sluice.perf.load;

import java.util.List;
import java.util.Locale;

/**
 * What was measured in one stretch of time.
 *
 * @param target {@code server} or {@code reference}
 * @param packets media that participants have received, without retransmissions
 * @param lost numbers that never came
 * @param cpuMicros of the server's process, what it uses when idle included
 * @param compilerMicros of it, with its JIT compilers: that ends when a server has run long enough
 * @param idleCpuMicros what it would have used in that time without anyone
 * @param meters what the server counted of itself meanwhile
 * @param residentBytes of the server's process at the end
 * @param lateTurns how often the load generator itself was more than 50 ms late
 * @param receiveErrors datagrams that any socket of this machine has dropped unread
 * @param fixedWorkNanos what {@link MachineSpeed}'s work took meanwhile; 0 if that is not known
 */
record Window(
    String target,
    String scenario,
    int participants,
    double seconds,
    long packets,
    long lost,
    long bytes,
    long cpuMicros,
    long compilerMicros,
    long idleCpuMicros,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis,
    long decrypted,
    long undecryptable,
    long retransmissions,
    long nacks,
    List<Double> pausesMillis,
    ServerMeters meters,
    long residentBytes,
    long lateTurns,
    long receiveErrors,
    double fixedWorkNanos) {

  Window {
    pausesMillis = List.copyOf(pausesMillis);
  }

  double packetsPerSecond() {
    return packets / seconds;
  }

  /** CPU time of the server for each packet that was received, without what it uses when idle. */
  double microsPerPacket() {
    return packets == 0 ? 0 : Math.max(0, cpuMicros - idleCpuMicros) / (double) packets;
  }

  /** What its compilers took of that. */
  double compilerMicrosPerPacket() {
    return packets == 0 ? 0 : compilerMicros / (double) packets;
  }

  double coreShare() {
    return cpuMicros / 1e6 / seconds;
  }

  double lossShare() {
    return packets + lost == 0 ? 0 : lost / (double) (packets + lost);
  }

  double longestPauseMillis() {
    return pausesMillis.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /**
   * How fast the machine was, as a share of how fast it was at best; 1 if that is not known.
   *
   * @param fastestNanos what the same work took when it was fastest
   */
  double machineSpeed(long fastestNanos) {
    return fixedWorkNanos > 0 ? fastestNanos / fixedWorkNanos : 1;
  }

  /** For the terminal. */
  String line() {
    return String.format(
        Locale.ROOT,
        "  %-9s %7.0f packets/s  %6.2f µs CPU/packet%s  core %5.1f %%  lost %.4f %%  delay ms p50"
            + " %.2f p99 %.2f p99.9 %.2f max %.1f  GC %d, longest %.1f ms  RSS %d MiB%s%s%s",
        target,
        packetsPerSecond(),
        microsPerPacket(),
        compilerMicros > 0
            ? String.format(Locale.ROOT, " (compiler %.2f)", compilerMicrosPerPacket())
            : "",
        100 * coreShare(),
        100 * lossShare(),
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        pausesMillis.size(),
        longestPauseMillis(),
        residentBytes >> 20,
        meters.summary() + (meters.dropped().isEmpty() ? "" : ", dropped " + meters.dropped()),
        undecryptable > 0 ? "  UNDECRYPTABLE " + undecryptable : "",
        lateTurns + receiveErrors > 0
            ? "  (generator late " + lateTurns + " times, sockets dropped " + receiveErrors + ")"
            : "");
  }
}
