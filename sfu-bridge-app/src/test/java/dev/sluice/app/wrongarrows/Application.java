package dev.sluice.app.wrongarrows;

/** What nobody may know. */
public final class Application {
  /** Something to call. */
  public void run() {}
}
