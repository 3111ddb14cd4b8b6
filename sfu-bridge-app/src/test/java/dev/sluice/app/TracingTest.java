package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Traces of a whole server, as a collector gets them. */
@Tag("O1")
@Timeout(60)
class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final BlockingQueue<ResourceSpans> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> authorizations = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile boolean stuck;
  private final HttpServer collector;

  TracingTest() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (stuck) {
            awaitRelease();
          }
          received.addAll(ExportTraceServiceRequest.parseFrom(body).getResourceSpansList());
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.setExecutor(task -> Thread.ofVirtual().start(task));
    collector.start();
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    release.countDown();
    collector.stop(0);
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
  }

  private static ConfigurableApplicationContext start(String... arguments) {
    return new SpringApplicationBuilder(SluiceApplication.class)
        .properties(
            "sluice.mode=development",
            "sluice.https.port=0",
            "sluice.media.port=0",
            "logging.level.org.apache=warn")
        .run(AnyPort.with(arguments));
  }

  private static String host(ConfigurableApplicationContext server) {
    return "127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
  }

  /** The first spans to come, and the resource that they are of. */
  private ResourceSpans next() throws InterruptedException {
    ResourceSpans spans = received.poll(30, TimeUnit.SECONDS);
    assertThat(spans).as("what the collector has received").isNotNull();
    return spans;
  }

  private static @Nullable String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(each -> each.getKey().equals(key))
        .map(each -> each.getValue().getStringValue())
        .findFirst()
        .orElse(null);
  }

  private static io.opentelemetry.proto.trace.v1.Span named(ResourceSpans spans, String name) {
    return spans.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + spans));
  }

  @Test
  void aCollectorGetsTheJoinOfAClientAndARequestBelowItsCaller() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient();
        ConfigurableApplicationContext server =
            start(
                "--sluice.tracing.endpoint=" + endpoint(),
                "--sluice.tracing.headers.authorization=Basic c2x1aWNlOng=")) {
      BlockingQueue<String> said = new LinkedBlockingQueue<>();
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://" + host(server) + "/signal"), listener(said))
              .get(10, TimeUnit.SECONDS);
      socket
          .sendText("{\"type\":\"join\",\"protocol\":1,\"room\":\"standup\"}", true)
          .get(10, TimeUnit.SECONDS);
      assertThat(said.poll(10, TimeUnit.SECONDS)).contains("joined");
      assertThat(
              http.send(
                      HttpRequest.newBuilder(
                              URI.create("http://" + host(server) + "/api/v1/rooms/standup"))
                          .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                          .build(),
                      BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(200);
      socket.abort();
    }
    // The server has gone, and has posted what waited.
    ResourceSpans spans = next();
    for (ResourceSpans more = received.poll(); more != null; more = received.poll()) {
      spans = spans.toBuilder().addAllScopeSpans(more.getScopeSpansList()).build();
    }
    Resource resource = spans.getResource();
    assertThat(text(resource.getAttributesList(), "service.name")).isEqualTo("sluice");
    assertThat(text(resource.getAttributesList(), "service.instance.id")).isNotBlank();
    assertThat(authorizations).contains("Basic c2x1aWNlOng=");

    var join = named(spans, "signalling join");
    assertThat(text(join.getAttributesList(), "sluice.room")).isEqualTo("standup");
    assertThat(text(join.getAttributesList(), "sluice.participant")).startsWith("P-");
    assertThat(text(join.getAttributesList(), "sluice.outcome")).isEqualTo("ok");
    assertThat(join.getParentSpanId().isEmpty()).isTrue();
    var request = named(spans, "GET /api/v1/rooms/{room}");
    assertThat(hex(request.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(hex(request.getParentSpanId().toByteArray())).isEqualTo("00f067aa0ba902b7");
    assertThat(
            spans.getScopeSpansList().stream()
                .flatMap(scope -> scope.getSpansList().stream())
                .filter(span -> span.getName().equals("room"))
                .map(io.opentelemetry.proto.trace.v1.Span::getParentSpanId))
        .as("waits for the room")
        .contains(join.getSpanId(), request.getSpanId());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static WebSocket.Listener listener(BlockingQueue<String> said) {
    return new WebSocket.Listener() {
      @Override
      public @Nullable CompletionStage<?> onText(
          WebSocket socket, CharSequence data, boolean last) {
        said.add(data.toString());
        socket.request(1);
        return null;
      }
    };
  }

  @Test
  void nobodyWaitsForACollectorThatDoesNotAnswerAndWhatIsTooMuchIsCounted() {
    stuck = true;
    Tracing tracing = Tracing.of(new TracingProperties(endpoint(), Map.of(), 1), "1");
    SpanQueue queue = Objects.requireNonNull(tracing.queue());
    long beganNanos = System.nanoTime();
    int spans = 3 * SpanQueue.CAPACITY;
    for (int i = 0; i < spans; i++) {
      tracing.tracer().spanBuilder("a").startSpan().end();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(5));
    assertThat(queue.lost()).as("of %d", spans).isEqualTo(spans - SpanQueue.CAPACITY);

    release.countDown();
    tracing.close();
    assertThat(queue.sent()).isEqualTo(SpanQueue.CAPACITY);
    assertThat(queue.lost()).isEqualTo(spans - SpanQueue.CAPACITY);
  }

  @Test
  void aShareIsTracedAndACallerDoesNotMakeItMore() throws Exception {
    try (Tracing tracing = Tracing.of(new TracingProperties(endpoint(), Map.of(), 0), "1")) {
      Span span = tracing.tracer().spanBuilder("a").startSpan();
      assertThat(span.getSpanContext().isSampled()).isFalse();
      span.end();
      assertThat(below(tracing.tracer(), true).isSampled()).isFalse();
    }
    try (Tracing tracing = Tracing.of(new TracingProperties(endpoint(), Map.of(), 1), "1")) {
      assertThat(below(tracing.tracer(), true).isSampled()).isTrue();
      assertThat(below(tracing.tracer(), false).isSampled()).isFalse();
    }
  }

  /** A span below that of a caller elsewhere. */
  private static SpanContext below(Tracer tracer, boolean sampled) {
    SpanContext caller =
        SpanContext.createFromRemoteParent(
            TRACE,
            "00f067aa0ba902b7",
            sampled ? TraceFlags.getSampled() : TraceFlags.getDefault(),
            TraceState.getDefault());
    Span span =
        tracer.spanBuilder("a").setParent(Context.root().with(Span.wrap(caller))).startSpan();
    span.end();
    return span.getSpanContext();
  }

  @Test
  void offItMakesNoSpansAndHasNoThread() {
    // Those of other tests end in their own time.
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ConfigurableApplicationContext server = start()) {
      assertThat(server.getBean(Tracing.class).queue()).isNull();
      Span span = server.getBean(Tracer.class).spanBuilder("a").startSpan();
      assertThat(span.isRecording()).isFalse();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !before.contains(thread))
          .extracting(Thread::getName)
          .noneMatch(name -> name.contains("BatchSpanProcessor"));
    }
  }
}
