package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The spans that have ended, kept in memory. */
public final class TracedSpans implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final InMemorySpanExporter ended = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(ended)).build();

  /** Makes the spans. */
  public Tracer tracer() {
    return provider.get("test");
  }

  /** All that have ended, in that order. */
  public List<SpanData> all() {
    return ended.getFinishedSpanItems();
  }

  /** Forgets them. */
  public void clear() {
    ended.reset();
  }

  /** The only one of this name; a server may still be about to end it when its answer is read. */
  public SpanData only(String name) {
    long deadlineNanos = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (named(name).isEmpty() && System.nanoTime() - deadlineNanos < 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    assertThat(named(name)).as("spans \"%s\" of %s", name, all()).hasSize(1);
    return named(name).getFirst();
  }

  /** Those below a span. */
  public List<SpanData> below(SpanData parent) {
    return all().stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .toList();
  }

  private List<SpanData> named(String name) {
    return all().stream().filter(span -> span.getName().equals(name)).toList();
  }

  @Override
  public void close() {
    provider.close();
  }
}
