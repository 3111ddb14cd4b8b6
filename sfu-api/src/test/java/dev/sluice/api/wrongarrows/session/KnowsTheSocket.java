package dev.sluice.api.wrongarrows.session;

import dev.sluice.api.wrongarrows.ws.Socket;
import dev.sluice.transport.wrongarrows.Engine;
import org.springframework.http.HttpStatus;

/** Not final, and knows the layer above, the transport, Spring and the clock. */
public class KnowsTheSocket {
  /** All of it at once. */
  public String everything(Socket socket, Engine engine, HttpStatus status) {
    return socket.path() + engine.isRunning() + status.value() + System.nanoTime();
  }
}
