package dev.sluice.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The packaged server in a process of its own, on free ports, in development mode unless told
 * otherwise. Its output goes to {@code target/e2e/NAME.log}.
 */
public final class ServerProcess implements AutoCloseable {
  /** The id of a participant, which no name or track in front of it can pass for. */
  private static final Pattern PARTICIPANT =
      Pattern.compile("\\{\\s*\"id\"\\s*:\\s*\"([^\"]+)\"\\s*,\\s*\"identity\"");

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;
  private final int httpPort;
  private final int mediaPort;
  private final String reachedBy;
  private final HttpClient http = HttpClient.newHttpClient();

  private ServerProcess(Process process, Path log, int httpPort, int mediaPort, String reachedBy) {
    this.reachedBy = reachedBy;
    this.process = process;
    this.log = log;
    this.httpPort = httpPort;
    this.mediaPort = mediaPort;
  }

  /** Starts a server that browsers on this machine reach directly. */
  public static ServerProcess start(String name) {
    return start(name, FreePorts.any(), Map.of());
  }

  /**
   * Starts a server whose media port is known beforehand (a relay wants to know it) and waits until
   * it is healthy. The properties come last and so win over the defaults.
   */
  public static ServerProcess start(String name, int mediaPort, Map<String, String> properties) {
    return start(name, Machine.THIS, mediaPort, properties);
  }

  /** Starts a server on another machine than the test's. */
  public static ServerProcess start(String name, Machine machine) {
    return start(name, machine, FreePorts.any(), Map.of());
  }

  /** As above, with properties that win over the defaults. */
  public static ServerProcess start(String name, Machine machine, Map<String, String> properties) {
    return start(name, machine, FreePorts.any(), properties);
  }

  private static ServerProcess start(
      String name, Machine machine, int mediaPort, Map<String, String> properties) {
    int httpPort = FreePorts.any();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("server.port", String.valueOf(httpPort));
    all.put("sluice.mode", "development");
    all.put("sluice.https.port", "0");
    all.put("sluice.media.port", String.valueOf(mediaPort));
    all.put("sluice.media.advertised-addresses", machine.mediaAddress());
    all.putAll(properties);
    List<String> command = ServerLayout.command();
    all.forEach((key, value) -> command.add("--" + key + "=" + value));
    Path log = TestSettings.artifact(name + ".log");
    try {
      Process process =
          new ProcessBuilder(machine.command(command))
              .directory(ServerLayout.folder().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      ServerProcess server =
          new ServerProcess(process, log, httpPort, mediaPort, machine.reach(httpPort));
      server.awaitHealthy();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitHealthy() {
    try {
      Await.until(
          "the server answers /actuator/health",
          START_TIMEOUT,
          () -> {
            if (!process.isAlive()) {
              throw new IllegalStateException(
                  "The server ended with status " + process.exitValue() + ":\n" + logTail());
            }
            return healthy();
          },
          this::logTail);
    } catch (RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private boolean healthy() {
    try {
      return get("/actuator/health").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // Not listening yet.
    }
  }

  /** GET of a path of this server. */
  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(URI.create("http://" + reachedBy + path)));
  }

  /** How the path to each participant of a room is used, and why: JSON, as REST gives it. */
  public List<String> downlinks(String room) {
    String participants = "/api/v1/rooms/" + room + "/participants";
    return PARTICIPANT
        .matcher(get(participants).body())
        .results()
        .map(found -> get(participants + "/" + found.group(1) + "/downlink").body())
        .toList();
  }

  /** POST of JSON to a path of this server; answers the status. */
  public int post(String path, String json) {
    return send(HttpRequest.newBuilder(URI.create("http://" + reachedBy + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)))
        .statusCode();
  }

  /** The body of a path of this server as it came. */
  public byte[] download(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://" + reachedBy + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              BodyHandlers.ofByteArray())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The server's metrics now. */
  public Metrics metrics() {
    return Metrics.parse(get("/actuator/prometheus").body());
  }

  /**
   * An address of this server for browsers on its machine; {@code localhost}, so that they take it
   * as a secure origin.
   */
  public URI uri(String path) {
    return URI.create("http://localhost:" + httpPort + path);
  }

  /** The WebSocket address of the signalling, for the test itself. */
  public URI signalUri() {
    return URI.create("ws://" + reachedBy + "/signal");
  }

  /** The HTTP port. */
  public int httpPort() {
    return httpPort;
  }

  /** The one media port. */
  public int mediaPort() {
    return mediaPort;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** All that the server has printed. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String logTail() {
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  /** SIGTERM, and SIGKILL when that is not obeyed within ten seconds. */
  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
