package dev.sluice.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the kernel says that a process has used, and what the JVM says of its pauses. */
final class ProcessUsage {
  private static final long TICK_MICROS = 10_000; // USER_HZ is 100 on every Linux
  private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+\\.\\d+)ms$");

  private ProcessUsage() {}

  /** User and system time of all its threads so far; 0 when it is not known. */
  static long cpuMicros(long pid) {
    return micros(read(Path.of("/proc/" + pid + "/stat")));
  }

  /** That of its JIT compilers; 0 of a process that is no JVM. */
  static long compilerMicros(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads
          .map(thread -> read(thread.resolve("stat")))
          .filter(stat -> stat.contains(" CompilerThre"))
          .mapToLong(ProcessUsage::micros)
          .sum();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static long micros(String stat) {
    if (stat.isEmpty()) {
      return 0;
    }
    // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
  }

  /** Its memory in RAM. */
  static long residentBytes(long pid) {
    for (String line : read(Path.of("/proc/" + pid + "/status")).split("\n", -1)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  /** Datagrams that sockets on this machine have dropped because nobody read them in time. */
  static long receiveBufferErrors() {
    String[] lines = read(Path.of("/proc/net/snmp")).split("\n", -1);
    for (int i = 0; i + 1 < lines.length; i++) {
      if (lines[i].startsWith("Udp: InDatagrams")) {
        List<String> names = List.of(lines[i].split(" ", -1));
        return Long.parseLong(lines[i + 1].split(" ", -1)[names.indexOf("RcvbufErrors")].strip());
      }
    }
    return 0;
  }

  /** Where a log ends now. */
  static long length(@Nullable Path log) {
    try {
      return log == null ? 0 : Files.size(log);
    } catch (IOException notYet) {
      return 0;
    }
  }

  /** The GC pauses in milliseconds that a log tells behind a place. */
  static List<Double> pausesMillis(@Nullable Path log, long from) {
    List<Double> pauses = new ArrayList<>();
    if (log == null) {
      return pauses;
    }
    String text = read(log);
    text = text.substring((int) Math.min(from, text.length()));
    for (String line : text.split("\n", -1)) {
      Matcher matcher = PAUSE.matcher(line);
      if (matcher.find()) {
        pauses.add(Double.parseDouble(matcher.group(1)));
      }
    }
    return pauses;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return "";
    }
  }
}
