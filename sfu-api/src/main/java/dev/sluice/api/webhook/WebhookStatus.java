package dev.sluice.api.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a receiver stands.
 *
 * @param name what the configuration calls it
 * @param address its URL without the query
 * @param position the number of the last event that it has
 * @param pending events that wait for it
 * @param oldestPending when the first of them happened; null when none waits
 * @param deadLetters events that it did not take
 * @param lastError why it did not take the last request; null when it did
 */
public record WebhookStatus(
    String name,
    String address,
    long position,
    long pending,
    @Nullable Instant oldestPending,
    int deadLetters,
    @Nullable String lastError) {}
