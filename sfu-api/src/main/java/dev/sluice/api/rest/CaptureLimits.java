package dev.sluice.api.rest;

import java.time.Duration;

/**
 * What captures may cost.
 *
 * @param maxCaptures that are held at a time; 0 turns captures off
 * @param maxBytes of each, in memory
 * @param maxDuration of each
 */
public record CaptureLimits(int maxCaptures, int maxBytes, Duration maxDuration) {}
