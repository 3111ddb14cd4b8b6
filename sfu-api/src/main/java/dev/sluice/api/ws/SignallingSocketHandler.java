package dev.sluice.api.ws;

import dev.sluice.api.session.SignallingConnection;
import dev.sluice.api.session.SignallingLimits;
import dev.sluice.api.session.SignallingService;
import jakarta.websocket.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * Hands what comes on a socket to its {@link SignallingConnection}. Messages are taken in parts and
 * put together here, so that one over the limit gets its error instead of a bare close by the
 * container, and never sits in memory as a whole.
 */
final class SignallingSocketHandler extends AbstractWebSocketHandler {
  /** Tomcat's name for how long one write may block; after it the socket is broken. */
  private static final String SEND_TIMEOUT_PROPERTY =
      "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

  private static final long SEND_TIMEOUT_MILLIS = 10_000;

  private final SignallingService service;
  private final int maxMessageChars;
  private final Map<String, Inbound> inbounds = new ConcurrentHashMap<>();

  SignallingSocketHandler(SignallingService service, SignallingLimits limits) {
    this.service = service;
    // UTF-8 needs at least one byte for each char; the exact count is the connection's.
    this.maxMessageChars = limits.traffic().maxMessageBytes();
  }

  @Override
  public boolean supportsPartialMessages() {
    return true;
  }

  @Override
  public void afterConnectionEstablished(WebSocketSession session) throws Exception {
    if (session instanceof NativeWebSocketSession spring
        && spring.getNativeSession() instanceof Session container) {
      container.getUserProperties().put(SEND_TIMEOUT_PROPERTY, SEND_TIMEOUT_MILLIS);
    }
    SignallingConnection connection = service.open(new SocketChannel(session));
    if (connection == null) {
      session.close(CloseStatus.SERVICE_OVERLOAD);
      return;
    }
    inbounds.put(session.getId(), new Inbound(connection));
  }

  @Override
  protected void handleTextMessage(WebSocketSession session, TextMessage message) {
    Inbound inbound = inbounds.get(session.getId());
    if (inbound != null) {
      inbound.take(message.getPayload(), message.isLast(), maxMessageChars);
    }
  }

  @Override
  protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
    Inbound inbound = inbounds.get(session.getId());
    if (inbound != null && message.isLast()) {
      inbound.connection.onBinary();
    }
  }

  @Override
  public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
    Inbound inbound = inbounds.remove(session.getId());
    if (inbound != null) {
      inbound.connection.onClosed();
    }
  }

  /** One socket's message under way; owned by the socket's thread. */
  private static final class Inbound {
    private final SignallingConnection connection;
    private final StringBuilder parts = new StringBuilder();
    private boolean tooLarge;

    private Inbound(SignallingConnection connection) {
      this.connection = connection;
    }

    private void take(String part, boolean last, int maxChars) {
      if (!tooLarge && parts.length() + part.length() > maxChars) {
        tooLarge = true;
        parts.setLength(0);
        parts.trimToSize();
        connection.onTooLarge();
      }
      if (!tooLarge) {
        parts.append(part);
      }
      if (last) {
        String text = parts.toString();
        parts.setLength(0);
        if (!tooLarge) {
          connection.onText(text);
        }
        tooLarge = false;
      }
    }
  }
}
