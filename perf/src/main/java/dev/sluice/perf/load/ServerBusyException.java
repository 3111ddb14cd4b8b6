package dev.sluice.perf.load;

import java.io.IOException;

/** The server takes nobody in for now, and says that another attempt later may succeed. */
final class ServerBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  ServerBusyException(String message) {
    super(message);
  }
}
