package dev.sluice.transport.wrongarrows;

/** Stands for a class of the transport module. */
public final class Engine {
  /** Whether it runs. */
  public boolean isRunning() {
    return true;
  }
}
