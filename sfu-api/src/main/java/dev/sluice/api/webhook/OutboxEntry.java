package dev.sluice.api.webhook;

import java.util.concurrent.CompletableFuture;

/** What waits for the {@link OutboxWriter}. */
sealed interface OutboxEntry permits Happening, OutboxEntry.Mark {
  /** Completes when everything before it is on disk. */
  record Mark(CompletableFuture<Boolean> written) implements OutboxEntry {}
}
