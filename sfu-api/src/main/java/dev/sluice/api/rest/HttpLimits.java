package dev.sluice.api.rest;

/**
 * How much one client address may ask over HTTP, the opening of WebSockets included.
 *
 * @param requestsPerSecond that go on for long
 * @param requestBurst that may come at once
 */
public record HttpLimits(int requestsPerSecond, int requestBurst) {
  /** Enough for many clients behind one NAT. */
  public static final HttpLimits DEFAULTS = new HttpLimits(200, 1000);
}
