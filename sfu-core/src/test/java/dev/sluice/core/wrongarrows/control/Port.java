package dev.sluice.core.wrongarrows.control;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Concurrency where it is allowed. */
public final class Port {
  /** Something that completes elsewhere. */
  public CompletionStage<String> later() {
    return new CompletableFuture<>();
  }
}
