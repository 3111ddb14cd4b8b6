package dev.sluice.transport.pipeline;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The media port cannot be bound. The message is one sentence for the operator. */
public final class MediaPortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MediaPortException(InetSocketAddress address, @Nullable Throwable cause) {
    super(
        "The media port UDP "
            + address.getPort()
            + " on "
            + address.getHostString()
            + " cannot be bound ("
            + (cause == null ? "no answer" : cause.getMessage())
            + "); is another server running? Set sluice.media.port to a free one.",
        cause);
  }
}
