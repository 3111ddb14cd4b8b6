package dev.sluice.transport.pipeline;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The media port cannot be bound. The message is one sentence for the operator. */
public final class MediaPortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private MediaPortException(
      String protocol, InetSocketAddress address, @Nullable Throwable cause, String remedy) {
    super(
        "The media port "
            + protocol
            + " "
            + address.getPort()
            + " on "
            + address.getHostString()
            + " cannot be bound ("
            + (cause == null ? "no answer" : cause.getMessage())
            + "); is another server running? "
            + remedy,
        cause);
  }

  static MediaPortException udp(InetSocketAddress address, @Nullable Throwable cause) {
    return new MediaPortException("UDP", address, cause, "Set sluice.media.port to a free one.");
  }

  static MediaPortException tcp(InetSocketAddress address, @Nullable Throwable cause) {
    return new MediaPortException(
        "TCP", address, cause, "Set sluice.media.tcp-port to a free one, or to 0 for no TCP.");
  }
}
