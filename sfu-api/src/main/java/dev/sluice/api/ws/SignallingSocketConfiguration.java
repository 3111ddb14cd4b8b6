package dev.sluice.api.ws;

import dev.sluice.api.session.SignallingLimits;
import dev.sluice.api.session.SignallingService;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistration;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** Puts the signalling socket at {@value #PATH}. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
public class SignallingSocketConfiguration implements WebSocketConfigurer {
  /** Where the socket is. */
  public static final String PATH = "/signal";

  private final SignallingService service;
  private final SignallingLimits limits;
  private final SocketOrigins origins;

  /** The socket of a service. */
  public SignallingSocketConfiguration(
      SignallingService service, SignallingLimits limits, SocketOrigins origins) {
    this.service = service;
    this.limits = limits;
    this.origins = origins;
  }

  @Override
  public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
    WebSocketHandlerRegistration registration =
        registry.addHandler(new SignallingSocketHandler(service, limits), PATH);
    if (!origins.patterns().isEmpty()) {
      registration.setAllowedOriginPatterns(origins.patterns().toArray(String[]::new));
    }
  }

  /**
   * Which pages may open a socket (RFC 6455 §10.2); clients that are no browsers send no origin and
   * are not concerned.
   *
   * @param patterns like {@code https://*.example.org}, {@code *} for all; empty for pages of this
   *     server only
   */
  public record SocketOrigins(List<String> patterns) {
    public SocketOrigins {
      patterns = List.copyOf(patterns);
    }
  }
}
