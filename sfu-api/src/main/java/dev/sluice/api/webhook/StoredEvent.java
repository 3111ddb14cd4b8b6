package dev.sluice.api.webhook;

/**
 * An event in the outbox.
 *
 * @param number its place there
 * @param json as receivers get it
 */
record StoredEvent(long number, String json) {}
