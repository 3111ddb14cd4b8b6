package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.TestServer;
import dev.sluice.api.TracedSpans;
import dev.sluice.api.session.TraceAttributes;
import dev.sluice.core.control.Grants;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is traced of requests, over real HTTP. */
@Tag("O1")
class TraceFilterTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private static final TestServer SERVER = new TestServer();

  private final TracedSpans spans = SERVER.spans();

  @BeforeEach
  void forget() {
    SERVER.sfu().reset();
    spans.clear();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(SERVER.uri("http", path))
        .header("Authorization", "Bearer " + SERVER.adminToken("*"));
  }

  @Test
  void aRequestIsBelowItsCallersSpanAndHasItsWaitsBelowIt() throws Exception {
    send(
        request("/api/v1/rooms/stand%20up/participants/P-1")
            .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));

    SpanData span = spans.only("GET /api/v1/rooms/{room}/participants/{participant}");
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(CALLER);
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getAttributes().get(TraceAttributes.ROOM)).isEqualTo("stand up");
    assertThat(span.getAttributes().get(TraceAttributes.PARTICIPANT)).isEqualTo("P-1");
    assertThat(span.getAttributes().get(TraceAttributes.OUTCOME)).isEqualTo("room-unknown");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(404);
    assertThat(spans.below(span)).extracting(SpanData::getName).containsExactly("room");
  }

  @Test
  void aMalformedTraceparentBeginsATraceOfItsOwn() throws Exception {
    send(request("/api/v1/version").header("traceparent", "00-" + "0".repeat(32) + "-x-01"));
    SpanData span = spans.only("GET /api/v1/version");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getAttributes().get(TraceAttributes.OUTCOME)).isEqualTo("ok");
  }

  @Test
  void aRefusedRequestHasItsProblemForItsOutcome() throws Exception {
    send(HttpRequest.newBuilder(SERVER.uri("http", "/api/v1/rooms")));
    assertThat(spans.only("GET /api/v1/rooms").getAttributes().get(TraceAttributes.OUTCOME))
        .isEqualTo("invalid-token");
  }

  @Test
  @Tag("G2")
  void aPublicationSaysWhoItIsAndNeverItsSecretName() throws Exception {
    String token = SERVER.token("standup", Grants.ALL);
    HttpResponse<String> opened =
        send(
            HttpRequest.newBuilder(SERVER.uri("http", "/whip/standup"))
                .header("Content-Type", "application/sdp")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(Offers.PUBLISH)));
    assertThat(opened.statusCode()).isEqualTo(201);
    String location = opened.headers().firstValue("Location").orElseThrow();
    send(HttpRequest.newBuilder(SERVER.uri("http", location)).DELETE());

    SpanData opening = spans.only("POST /whip/{room}");
    assertThat(opening.getAttributes().get(TraceAttributes.PARTICIPANT)).startsWith("P-");
    assertThat(opening.getAttributes().get(TraceAttributes.OUTCOME)).isEqualTo("ok");
    assertThat(spans.below(opening)).extracting(SpanData::getName).containsExactly("room");
    assertThat(
            spans.only("DELETE /whip/{room}/{session}").getAttributes().get(TraceAttributes.ROOM))
        .isEqualTo("standup");
    assertThat(spans.all().toString())
        .doesNotContain(token)
        .doesNotContain(location.substring(location.lastIndexOf('/') + 1))
        .doesNotContain("127.0.0.1");
  }
}
