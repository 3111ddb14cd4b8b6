package dev.sluice.app;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans, and posts them to a collector (OTLP/HTTP, protobuf) from a thread of its own. Off,
 * which it is without an endpoint, it has no thread and nothing to export.
 */
final class Tracing implements AutoCloseable {
  private static final String SCOPE = "dev.sluice";
  private static final long TIMEOUT_SECONDS = 10;
  private static final long GOODBYE_SECONDS = 2;

  /** A room's name has 128 characters; the path that names one may have more. */
  private static final int MAX_VALUE_CHARS = 256;

  private final Tracer tracer;
  private final @Nullable SpanQueue queue;
  private final @Nullable SdkTracerProvider provider;

  private Tracing(Tracer tracer, @Nullable SpanQueue queue, @Nullable SdkTracerProvider provider) {
    this.tracer = tracer;
    this.queue = queue;
    this.provider = provider;
  }

  /**
   * Tracing as the settings say.
   *
   * @param version of this server
   */
  static Tracing of(TracingProperties settings, String version) {
    URI endpoint = settings.endpoint();
    if (endpoint == null) {
      return new Tracing(OpenTelemetry.noop().getTracer(SCOPE), null, null);
    }
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.toString())
            .setTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    settings.headers().forEach(exporter::addHeader);
    SpanQueue queue = new SpanQueue(exporter.build());
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource(version))
            .setSampler(sampler(settings.sampleRatio()))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(MAX_VALUE_CHARS).build())
            .addSpanProcessor(queue)
            .build();
    return new Tracing(provider.get(SCOPE, version), queue, provider);
  }

  private static Sampler sampler(double ratio) {
    Sampler share = Sampler.traceIdRatioBased(ratio);
    return Sampler.parentBasedBuilder(share).setRemoteParentSampled(new OwnShare(share)).build();
  }

  /**
   * Of what a caller says it traces as much is traced as of what has no caller. OpenTelemetry would
   * rather have all of it, lest traces have holes; but our callers may be strangers.
   */
  private record OwnShare(Sampler share) implements Sampler {
    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      return share.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
      return "OwnShare{" + share.getDescription() + "}";
    }
  }

  private static Resource resource(String version) {
    return Resource.create(
        Attributes.of(
            AttributeKey.stringKey("service.name"),
            "sluice",
            AttributeKey.stringKey("service.version"),
            version,
            AttributeKey.stringKey("service.instance.id"),
            UUID.randomUUID().toString()));
  }

  Tracer tracer() {
    return tracer;
  }

  /** What waits to be exported; null when tracing is off. */
  @Nullable SpanQueue queue() {
    return queue;
  }

  /** Posts what waits, unless that takes long. */
  @Override
  public void close() {
    if (provider != null) {
      provider.shutdown().join(GOODBYE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
