package dev.sluice.api.ws;

import dev.sluice.api.session.MessageChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** A Spring socket as a channel. */
final class SocketChannel implements MessageChannel {
  private final WebSocketSession session;

  SocketChannel(WebSocketSession session) {
    this.session = session;
  }

  @Override
  public void send(String text) throws IOException {
    try {
      session.sendMessage(new TextMessage(text));
    } catch (IllegalStateException e) {
      throw new IOException("The socket is closed", e);
    }
  }

  @Override
  public void close(int code, String reason) {
    try {
      session.close(new CloseStatus(code, reason));
    } catch (IOException | IllegalStateException e) {
      // It is gone already, which is what was asked for; the container reports the end.
      return;
    }
  }

  @Override
  public @Nullable InetAddress clientAddress() {
    InetSocketAddress remote = session.getRemoteAddress();
    return remote == null ? null : remote.getAddress();
  }
}
