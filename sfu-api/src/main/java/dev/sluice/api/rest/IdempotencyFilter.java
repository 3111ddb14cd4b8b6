package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.api.rest.IdempotencyStore.Answer;
import dev.sluice.api.rest.IdempotencyStore.Entry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Carries out a POST with an {@code Idempotency-Key} once: whoever repeats it under the same key
 * gets the first answer. A key is the administrator's own, and for one path. Answers that say
 * nothing final (429, 5xx, and who may not) are not kept.
 */
final class IdempotencyFilter extends OncePerRequestFilter {
  static final String KEY = "Idempotency-Key";

  private static final String REPLAYED = "Idempotency-Replayed";
  private static final int MAX_KEY_CHARS = 128;
  private static final List<String> KEPT_HEADERS =
      List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION, HttpHeaders.ETAG);

  private final IdempotencyStore store = new IdempotencyStore();
  private final Admission admission;
  private final LongSupplier nanoTime;

  IdempotencyFilter(Admission admission, LongSupplier nanoTime) {
    this.admission = admission;
    this.nanoTime = nanoTime;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getHeader(KEY) == null
        || !HttpMethod.POST.matches(request.getMethod())
        || request.getContentLengthLong() > BodyLimitInterceptor.MAX_BYTES
        || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String scope = scope(request);
    if (scope == null) {
      // It will be refused, and that is not worth keeping.
      chain.doFilter(request, response);
      return;
    }
    if (request.getHeader(KEY).isBlank() || request.getHeader(KEY).length() > MAX_KEY_CHARS) {
      Problems.write(
          response,
          HttpStatus.BAD_REQUEST,
          "invalid-request",
          "An " + KEY + " has 1 to " + MAX_KEY_CHARS + " characters.");
      return;
    }
    BufferedRequest buffered = new BufferedRequest(request);
    String fingerprint = EntityTag.digest(buffered.body());
    Entry known = store.begin(scope, fingerprint, nanoTime.getAsLong());
    if (known == null) {
      serve(scope, buffered, response, chain);
    } else {
      repeat(known, fingerprint, response);
    }
  }

  private void serve(
      String scope, BufferedRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    ContentCachingResponseWrapper recording = new ContentCachingResponseWrapper(response);
    Answer answer = null;
    try {
      chain.doFilter(request, recording);
      answer = isFinal(recording.getStatus()) ? answer(recording) : null;
    } finally {
      store.end(scope, answer);
      recording.copyBodyToResponse();
    }
  }

  private static void repeat(Entry known, String fingerprint, HttpServletResponse response)
      throws IOException {
    Answer answer = known.answer();
    if (!known.fingerprint().equals(fingerprint)) {
      Problems.write(
          response,
          HttpStatus.UNPROCESSABLE_CONTENT,
          "idempotency-key-reused",
          "This key came with another request; each request has its own.");
    } else if (answer == null) {
      Problems.write(
          response,
          HttpStatus.CONFLICT,
          "idempotency-in-progress",
          "The request with this key is being served; ask again.");
    } else {
      response.setStatus(answer.status());
      answer.headers().forEach(response::setHeader);
      response.setHeader(REPLAYED, "true");
      response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Who asks for what under which key; null for one who may not ask. */
  private @Nullable String scope(HttpServletRequest request) {
    try {
      String actor =
          admission
              .administrator(BearerToken.of(request.getHeader(HttpHeaders.AUTHORIZATION)))
              .toString();
      return EntityTag.digest(
          actor + "\n" + request.getRequestURI() + "\n" + request.getHeader(KEY));
    } catch (TokenException e) {
      return null;
    }
  }

  private static boolean isFinal(int status) {
    HttpStatus resolved = HttpStatus.resolve(status);
    return resolved != null
        && !resolved.is5xxServerError()
        && resolved != HttpStatus.TOO_MANY_REQUESTS
        && resolved != HttpStatus.UNAUTHORIZED
        && resolved != HttpStatus.FORBIDDEN;
  }

  private static Answer answer(ContentCachingResponseWrapper response) {
    Map<String, String> headers = new HashMap<>();
    for (String name : KEPT_HEADERS) {
      String value = response.getHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return new Answer(
        response.getStatus(),
        headers,
        new String(response.getContentAsByteArray(), StandardCharsets.UTF_8));
  }
}
