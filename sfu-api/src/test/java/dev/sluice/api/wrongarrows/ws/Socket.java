package dev.sluice.api.wrongarrows.ws;

/** Stands for a class of the layer above. */
public final class Socket {
  /** Where it would be. */
  public String path() {
    return "/signal";
  }
}
