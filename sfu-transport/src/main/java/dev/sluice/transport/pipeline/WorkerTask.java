package dev.sluice.transport.pipeline;

/** Something for a worker to do on its own thread, between two packets. */
@FunctionalInterface
interface WorkerTask {
  /** Does it. */
  void run(long nowNanos);
}
