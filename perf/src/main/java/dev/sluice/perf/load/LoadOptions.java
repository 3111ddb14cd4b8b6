package dev.sluice.perf.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do, from the command line.
 *
 * @param url of a running Sluice, or null to start one
 * @param whip URL for publishers of any server, with {@code {room}} in it; with {@code whep}
 * @param pid of a running server on this machine, whose CPU time and memory are read; 0 if unknown
 * @param scenarios to run, in order
 * @param windowSeconds how long each window is measured
 * @param settleSeconds the longest that a window waits for the compiler of the server's JVM
 * @param windows of the server for each point
 * @param reference whether the C reference runs between them
 * @param flushDelayMillis of the server that is started here, and of the reference
 * @param ramp whether the highest rate within the limits is looked for
 */
record LoadOptions(
    @Nullable String url,
    @Nullable String whip,
    @Nullable String whep,
    String token,
    long pid,
    Path serverJar,
    List<String> serverArguments,
    List<Scenario> scenarios,
    int windowSeconds,
    int warmUpSeconds,
    int settleSeconds,
    int windows,
    boolean reference,
    boolean ramp,
    double maxLoss,
    double maxP99Millis,
    int decryptEvery,
    int flushDelayMillis,
    double loss,
    Path output) {

  static final String USAGE =
      """
      Usage: perf/run [options] [SCENARIO…]

      A SCENARIO is a name and parameters: broadcast:100@2500 is one publisher of 2500 kbit/s and 100 players.
        broadcast:N@KBPS       one publisher, N players (WHIP and WHEP)
        simulcast:N@KBPS       the same with three layers; KBPS is the largest one's rate
        meeting:N@KBPS         N participants that see each other in slots (WebSocket)
        audio:N                N participants that only speak and listen (WebSocket)
        rooms:RxN@KBPS         R rooms of N participants each (WebSocket)
        churn:N@KBPS           a broadcast to N players of which one leaves and one joins each second
        idle:N                 N players connected, nobody publishes
      Without one: broadcast:100@2500 broadcast:100@5000 meeting:10@2500

      --url URL              a running Sluice instead of one of its own
      --whip URL --whep URL  any server; {room} in them is replaced (broadcast, simulcast, churn)
      --token TOKEN          bearer token for such a server
      --pid PID              its process on this machine, for CPU time and memory
      --server-jar FILE      default: sfu-bridge-app/target/sluice.jar
      --server-arg ARG       one more argument of the server started here; may be repeated
      --window SECONDS       length of a measured window (20)
      --windows N            windows of the server for each scenario (2)
      --warm-up SECONDS      before each window of the server (10), three times that before the first one
      --settle SECONDS       after that, at most so long until the JIT compiler of a JVM rests (60)
      --no-reference         without the C reference
      --ramp                 go on with 1.5 times the rate until --max-loss or --max-p99 is passed, look for the
                             highest rate that does not, and see whether the server recovers
      --max-loss SHARE       (0.001)
      --max-p99 MS           (50)
      --decrypt-every N      players decrypt each N-th packet (1)
      --flush-delay MS       how long the server and the reference wait for the rest of a frame (1)
      --loss SHARE           players lose packets on purpose and ask again (0)
      --out FOLDER           for report.html and report.json (perf/target/load)
      """;

  LoadOptions {
    serverArguments = List.copyOf(serverArguments);
    scenarios = List.copyOf(scenarios);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence for whoever typed it
   */
  static LoadOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    List<String> serverArguments = new ArrayList<>();
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        scenarios.add(Scenario.parse(argument));
      } else if (Arrays.asList("--no-reference", "--ramp").contains(argument)) {
        values.put(argument, "");
      } else if (i + 1 == arguments.length || !known(argument)) {
        throw new IllegalArgumentException("what is " + argument + "?\n\n" + USAGE);
      } else if (argument.equals("--server-arg")) {
        serverArguments.add(arguments[++i]);
      } else {
        values.put(argument, arguments[++i]);
      }
    }
    if (scenarios.isEmpty()) {
      for (String name : List.of("broadcast:100@2500", "broadcast:100@5000", "meeting:10@2500")) {
        scenarios.add(Scenario.parse(name));
      }
    }
    return new LoadOptions(
        values.get("--url"),
        values.get("--whip"),
        values.get("--whep"),
        values.getOrDefault("--token", ""),
        Long.parseLong(values.getOrDefault("--pid", "0")),
        Path.of(values.getOrDefault("--server-jar", "sfu-bridge-app/target/sluice.jar")),
        serverArguments,
        scenarios,
        integer(values, "--window", 20),
        integer(values, "--warm-up", 10),
        integer(values, "--settle", 60),
        integer(values, "--windows", 2),
        !values.containsKey("--no-reference"),
        values.containsKey("--ramp"),
        number(values, "--max-loss", 0.001),
        number(values, "--max-p99", 50),
        integer(values, "--decrypt-every", 1),
        integer(values, "--flush-delay", 1),
        number(values, "--loss", 0),
        Path.of(values.getOrDefault("--out", "perf/target/load")));
  }

  /** Whether the server is another process than one of this run. */
  boolean external() {
    return url != null || whip != null;
  }

  private static boolean known(String option) {
    return USAGE.contains("\n" + option + " ") || USAGE.contains(" " + option + " ");
  }

  private static int integer(Map<String, String> values, String name, int fallback) {
    return Integer.parseInt(values.getOrDefault(name, String.valueOf(fallback)));
  }

  private static double number(Map<String, String> values, String name, double fallback) {
    String value = values.get(name);
    return value == null ? fallback : Double.parseDouble(value.toLowerCase(Locale.ROOT));
  }
}
