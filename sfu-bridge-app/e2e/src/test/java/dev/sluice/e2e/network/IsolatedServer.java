package dev.sluice.e2e.network;

import dev.sluice.e2e.harness.ServerProcess;

/** A server in a network namespace of its own. Both end together, the server first. */
public record IsolatedServer(NetworkNamespace namespace, ServerProcess server)
    implements AutoCloseable {
  /** Starts it; the test is skipped where namespaces cannot be made. */
  public static IsolatedServer start(String name) {
    NetworkNamespace namespace = NetworkNamespace.create();
    try {
      return new IsolatedServer(namespace, ServerProcess.start(name, namespace));
    } catch (RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      namespace.close();
    }
  }
}
