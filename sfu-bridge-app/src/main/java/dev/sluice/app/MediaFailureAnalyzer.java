package dev.sluice.app;

import dev.sluice.transport.pipeline.MediaAddressException;
import dev.sluice.transport.pipeline.MediaPortException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Shows why the media side cannot start as a sentence instead of a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MediaFailureAnalyzer implements FailureAnalyzer {
  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MediaPortException) {
        return new FailureAnalysis(
            cause.getMessage(),
            "Stop the other server, or choose another port with sluice.media.port or"
                + " sluice.media.tcp-port. On Linux ss -lutnp says who has it.",
            cause);
      }
      if (cause instanceof MediaAddressException) {
        return new FailureAnalysis(
            cause.getMessage(),
            "List a public address in sluice.media.advertised-addresses, or show private ones.",
            cause);
      }
    }
    return null;
  }
}
