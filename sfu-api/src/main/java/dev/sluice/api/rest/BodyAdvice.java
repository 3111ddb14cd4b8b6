package dev.sluice.api.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks every JSON body against its {@link BodyShape} before it becomes a record, so that nothing
 * that an administrator has written is passed over in silence: a room that was to be locked under a
 * wrong name would stay open.
 */
@ControllerAdvice
final class BodyAdvice extends RequestBodyAdviceAdapter {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Map<Class<?>, BodyShape> shapes = new ConcurrentHashMap<>();

  /** The same message with what was read from it. */
  private record Checked(HttpHeaders headers, InputStream body) implements HttpInputMessage {
    @Override
    public InputStream getBody() {
      return body;
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }
  }

  @Override
  public boolean supports(
      MethodParameter parameter,
      Type targetType,
      Class<? extends HttpMessageConverter<?>> converterType) {
    return parameter.getParameterType().isRecord();
  }

  @Override
  public HttpInputMessage beforeBodyRead(
      HttpInputMessage message,
      MethodParameter parameter,
      Type targetType,
      Class<? extends HttpMessageConverter<?>> converterType)
      throws IOException {
    byte[] body = message.getBody().readAllBytes();
    try {
      shapes.computeIfAbsent(parameter.getParameterType(), BodyShape::new).check(parse(body));
    } catch (RequestException e) {
      // The framework lets nothing else through from here; ProblemAdvice answers with the cause.
      throw new HttpMessageNotReadableException(String.valueOf(e.getMessage()), e, message);
    }
    return new Checked(message.getHeaders(), new ByteArrayInputStream(body));
  }

  private static JsonNode parse(byte[] body) throws RequestException {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw RequestException.invalid(
          "The body is not JSON, or has a field twice, or goes on behind its end"
              + (at == null
                  ? "."
                  : ": line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr())));
    }
  }
}
