package dev.sluice.api.session;

import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket as its session sees it. {@link #send} is called by one thread at a time and may
 * block while the client does not read; {@link #close} may be called by another one meanwhile.
 */
public interface MessageChannel {
  /**
   * Sends one text message.
   *
   * @throws IOException when the socket is gone
   */
  void send(String text) throws IOException;

  /**
   * Ends the socket; does nothing when it has ended.
   *
   * @param code WebSocket close code (RFC 6455 §7.4)
   * @param reason at most 123 bytes
   */
  void close(int code, String reason);

  /** Where the client is, as far as the server and its trusted proxies know; null when unknown. */
  @Nullable InetAddress clientAddress();
}
