package dev.sluice.transport.wrongarrows.pipeline;

/** What the lower packages must not know. */
public final class Worker {
  /** Blocks the worker. */
  public void pause() throws InterruptedException {
    Thread.sleep(1);
  }
}
