package dev.sluice.perf.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs the scenarios of a command line, one after the other, and writes the reports. */
public final class LoadTest {
  private static final int IDLE_SECONDS = 5;

  /** A server that has just started still compiles what it does: its first window waits longer. */
  private static final int FIRST_WARM_UPS = 3;

  /** What happens twice a second is compiled half a minute after what happens for each packet. */
  private static final int COMPILER_QUIET_SECONDS = 10;

  private static final double COMPILER_QUIET_SHARE = 0.01;

  private final LoadOptions options;
  private final ServerUnderTest server;
  private final MediaLoop loop;
  private final @Nullable Path reference;
  private final MachineSpeed machine;
  private final List<Window> windows = new ArrayList<>();
  private double idleShare;
  private boolean warm;

  private LoadTest(
      LoadOptions options,
      ServerUnderTest server,
      MediaLoop loop,
      @Nullable Path reference,
      MachineSpeed machine) {
    this.options = options;
    this.server = server;
    this.loop = loop;
    this.reference = reference;
    this.machine = machine;
  }

  /** See {@link LoadOptions#USAGE}. */
  public static void main(String... arguments) throws IOException {
    if (List.of(arguments).contains("--help")) {
      System.out.println(LoadOptions.USAGE);
      return;
    }
    LoadOptions options;
    try {
      options = LoadOptions.parse(arguments);
    } catch (IllegalArgumentException misunderstood) {
      System.err.println(misunderstood.getMessage());
      System.exit(2);
      return;
    }
    List<Window> windows = run(options);
    System.exit(windows.stream().anyMatch(window -> window.undecryptable() > 0) ? 1 : 0);
  }

  /** Runs it and gives what was measured, in order. */
  static List<Window> run(LoadOptions options) throws IOException {
    Path reference = options.reference() ? Reference.compile(options.output()) : null;
    try (ServerUnderTest server = ServerUnderTest.open(options);
        MediaLoop loop = new MediaLoop();
        MachineSpeed machine = MachineSpeed.start()) {
      LoadTest test = new LoadTest(options, server, loop, reference, machine);
      test.measureIdle();
      for (Scenario scenario : options.scenarios()) {
        test.measure(scenario);
      }
      new Report(options, test.windows, test.idleShare, machine.fastestNanos(), server.metrics())
          .write();
      return test.windows;
    }
  }

  private void measureIdle() {
    if (server.pid() > 0) {
      Stopwatch.sleepUntil(System.nanoTime() + 2_000_000_000L);
      int seconds = Math.min(IDLE_SECONDS, options.windowSeconds());
      idleShare = Stopwatch.coreShare(server.pid(), seconds);
      System.out.printf(
          Locale.ROOT,
          "Server process %d, %.2f %% of a core and %d MiB when nobody is there.%n",
          server.pid(),
          100 * idleShare,
          ProcessUsage.residentBytes(server.pid()) >> 20);
    }
  }

  private void measure(Scenario scenario) throws IOException {
    boolean compared = reference != null && scenario.hasReference();
    System.out.println(scenario.title());
    if (options.ramp()) {
      ramp(scenario, compared);
      return;
    }
    for (int i = 0; i < options.windows(); i++) {
      if (compared) {
        measureReference(scenario);
      }
      measureServer(scenario);
    }
    if (compared) {
      measureReference(scenario);
    }
    printRatio(scenario);
  }

  private void ramp(Scenario scenario, boolean compared) throws IOException {
    Window server = new Ramp(this::measureServer, this::withinLimits).climb(scenario);
    System.out.println("  the first rate again: what was beyond the limit is over");
    Window after = measureServer(scenario);
    System.out.println(withinLimits(after) ? "  it has recovered" : "  it has NOT recovered");
    Window bare =
        compared ? new Ramp(this::measureReference, this::withinLimits).climb(scenario) : null;
    if (server != null) {
      System.out.printf(
          Locale.ROOT,
          "  the most within the limits: %.0f packets/s%s%n",
          server.packetsPerSecond(),
          bare == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", %.2f of the C reference's %.0f",
                  server.packetsPerSecond() / bare.packetsPerSecond(),
                  bare.packetsPerSecond()));
    }
  }

  private boolean withinLimits(Window window) {
    return window.lossShare() <= options.maxLoss() && window.p99Millis() <= options.maxP99Millis();
  }

  private Window measureServer(Scenario scenario) throws IOException {
    Signalling signalling = server.signalling(scenario);
    try (Crowd crowd = new Crowd(loop, options)) {
      crowd.join(scenario, signalling);
      crowd.startMedia();
      int warmUps = warm ? 1 : FIRST_WARM_UPS;
      Stopwatch.sleepUntil(System.nanoTime() + 1_000_000_000L * warmUps * options.warmUpSeconds());
      awaitCompiler();
      warm = true;
      Stopwatch watch =
          new Stopwatch(
              loop,
              server.pid(),
              server.gcLog(),
              idleShare,
              () -> ServerMeters.parse(server.metrics()),
              machine);
      Runnable eachSecond =
          scenario.kind() == Scenario.Kind.CHURN ? () -> replaceOne(crowd, signalling) : () -> {};
      return add(watch.measure("server", scenario, crowd, options.windowSeconds(), eachSecond));
    }
  }

  /** A window is to show the server at its work, and not its JVM at making it fast. */
  private void awaitCompiler() {
    int seconds = 0;
    double share = 1;
    while (server.pid() > 0
        && share > COMPILER_QUIET_SHARE
        && seconds + COMPILER_QUIET_SECONDS <= options.settleSeconds()) {
      share = Stopwatch.compilerShare(server.pid(), COMPILER_QUIET_SECONDS);
      seconds += COMPILER_QUIET_SECONDS;
    }
    if (seconds > COMPILER_QUIET_SECONDS) {
      System.out.printf(
          Locale.ROOT,
          "  %d s until the server's compiler %s: %.1f %% of a core%n",
          seconds,
          share > COMPILER_QUIET_SHARE ? "was still at work" : "rested",
          100 * share);
    }
  }

  private static void replaceOne(Crowd crowd, Signalling signalling) {
    try {
      crowd.replaceOne(signalling);
    } catch (IOException refused) {
      System.out.println("  a join failed: " + refused.getMessage());
    }
  }

  private Window measureReference(Scenario scenario) throws IOException {
    Path binary = reference;
    if (binary == null) {
      throw new IllegalStateException("there is no reference");
    }
    try (Reference process = Reference.start(binary, options.flushDelayMillis());
        Crowd crowd = new Crowd(loop, options)) {
      crowd.attach(scenario, process);
      crowd.startMedia();
      Stopwatch.sleepUntil(System.nanoTime() + 1_000_000_000L);
      Stopwatch watch =
          new Stopwatch(loop, process.pid(), null, 0, () -> ServerMeters.NONE, machine);
      return add(watch.measure("reference", scenario, crowd, options.windowSeconds(), () -> {}));
    }
  }

  private Window add(Window window) {
    System.out.printf(
        Locale.ROOT,
        "%s  machine at %.0f %%%n",
        window.line(),
        100 * window.machineSpeed(machine.fastestNanos()));
    windows.add(window);
    return window;
  }

  private void printRatio(Scenario scenario) {
    double server = Report.mean(windows, scenario.title(), "server");
    double bare = Report.mean(windows, scenario.title(), "reference");
    if (server > 0 && bare > 0) {
      System.out.printf(
          Locale.ROOT,
          "  %.2f times the C reference (%.2f to %.2f µs)%n",
          server / bare,
          server,
          bare);
    }
  }
}
