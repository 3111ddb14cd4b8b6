package dev.sluice.transport.pipeline;

/** How the same workers are composed on threads. */
public enum ThreadingMode {
  /** One worker on no thread of its own: a test steps it. */
  INVOKER,
  /** One worker on one thread. */
  SHARED,
  /** Several workers, one thread each. */
  DEDICATED
}
