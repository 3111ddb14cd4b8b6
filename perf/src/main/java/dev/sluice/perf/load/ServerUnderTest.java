package dev.sluice.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The server that is measured: one that this run has started from the packaged jar, in production
 * mode, or a running one.
 */
final class ServerUnderTest implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final int KEY_BYTES = 32;

  private final HttpClient http = HttpClient.newHttpClient();
  private final LoadOptions options;
  private final @Nullable Process process;
  private final @Nullable Path gcLog;
  private final String base;
  private final String secret;

  private ServerUnderTest(
      LoadOptions options,
      @Nullable Process process,
      @Nullable Path gcLog,
      String base,
      String secret) {
    this.options = options;
    this.process = process;
    this.gcLog = gcLog;
    this.base = base;
    this.secret = secret;
  }

  /** Starts it, or finds it, and waits until it is ready. */
  static ServerUnderTest open(LoadOptions options) throws IOException {
    if (options.external()) {
      String base = options.url() == null ? "" : options.url();
      return new ServerUnderTest(options, null, null, base.replaceAll("/+$", ""), "");
    }
    if (!Files.isRegularFile(options.serverJar())) {
      throw new IOException("there is no " + options.serverJar() + "; perf/run builds it");
    }
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    String secret = HexFormat.of().formatHex(key);
    int httpPort = freePort();
    Path gcLog = options.output().resolve("server-gc.log");
    Files.createDirectories(options.output());
    Files.deleteIfExists(gcLog);
    ProcessBuilder builder = new ProcessBuilder(command(options, httpPort, freePort(), gcLog));
    builder.environment().put("SLUICE_AUTH_KEYS_LOAD", secret);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(options.output().resolve("server.log").toFile())
            .start();
    ServerUnderTest server =
        new ServerUnderTest(options, process, gcLog, "http://127.0.0.1:" + httpPort, secret);
    server.awaitReady();
    return server;
  }

  private static List<String> command(LoadOptions options, int http, int media, Path gcLog) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path layoutArguments = options.serverJar().resolveSibling("../bin/jvm.args").normalize();
    if (Files.isRegularFile(layoutArguments)) {
      command.add("@" + layoutArguments);
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Xmx1g");
    command.add("-Xlog:gc,safepoint:file=" + gcLog.toAbsolutePath() + ":uptime:filecount=0");
    List<String> arguments = new ArrayList<>();
    for (String argument : options.serverArguments()) {
      (argument.startsWith("-X") || argument.startsWith("-D") ? command : arguments).add(argument);
    }
    command.add("-jar");
    command.add(options.serverJar().toString());
    command.add("--server.address=127.0.0.1");
    command.add("--server.port=" + http);
    command.add("--sluice.media.port=" + media);
    command.add("--sluice.media.tcp-port=0");
    command.add("--sluice.media.advertised-addresses=127.0.0.1");
    command.add("--sluice.rooms.max-participants=10000");
    command.add("--sluice.rooms.flush-delay=" + options.flushDelayMillis() + "ms");
    command.add("--sluice.media.stun-per-second=1000000");
    command.add("--sluice.media.stun-burst=1000000");
    command.addAll(arguments);
    return command;
  }

  private void awaitReady() throws IOException {
    long giveUpNanos = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!get("/actuator/health").contains("\"UP\"")) {
      if (process != null && !process.isAlive()) {
        throw new IOException(
            "the server has ended; see " + options.output().resolve("server.log"));
      }
      if (System.nanoTime() - giveUpNanos > 0) {
        throw new IOException("the server is not ready after " + START_TIMEOUT.toSeconds() + " s");
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  /** The metrics of a Sluice; empty of another server. */
  String metrics() {
    return base.isEmpty() ? "" : get("/actuator/prometheus");
  }

  private String get(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(5)).build();
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Its process id on this machine, or 0. */
  long pid() {
    return process != null ? process.pid() : options.pid();
  }

  /** The log of collections and safepoints of a server that was started here. */
  @Nullable Path gcLog() {
    return gcLog;
  }

  /** How the people of a scenario get in. */
  Signalling signalling(Scenario scenario) {
    if (options.whip() != null) {
      if (!scenario.oneWay() || options.whep() == null) {
        throw new IllegalArgumentException(
            scenario.title() + " needs --url of a Sluice, or --whip and --whep to be one way");
      }
      return new WhipWhep(http, options.whip(), options.whep(), this::token);
    }
    return scenario.oneWay()
        ? new WhipWhep(http, base + "/whip/{room}", base + "/whep/{room}", this::token)
        : new RoomSocket(
            http, URI.create(base.replaceFirst("^http", "ws") + "/signal"), this::token);
  }

  private String token(String room, String name) {
    return secret.isEmpty() ? options.token() : AccessTokens.make(secret, "load", name, room);
  }

  private static int freePort() {
    InetAddress any = InetAddress.ofLiteral("0.0.0.0");
    try (ServerSocket tcp = new ServerSocket(0, 1, any);
        DatagramSocket udp = new DatagramSocket(null)) {
      udp.bind(new InetSocketAddress(any, tcp.getLocalPort()));
      return tcp.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    http.close();
  }
}
