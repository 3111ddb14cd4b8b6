package dev.sluice.core.bandwidth;

import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.EstimateReason;

/**
 * One change of what a slot shows, and what was known when it was made.
 *
 * @param atNanos when, on the server's monotonic clock
 * @param fromHeight of the picture before, 0 when paused or not known
 * @param toHeight of the picture since, 0 when paused or not known
 * @param bitrateBps of the slot since, 0 when paused
 * @param estimateBps of the path, or {@link BandwidthEstimator#UNKNOWN}
 * @param lossShare 0 to 1
 * @param queueDelayNanos in the path
 * @param targetBps what all slots together were given
 */
public record Decision(
    long atNanos,
    int slot,
    int fromHeight,
    int toHeight,
    long bitrateBps,
    AllocationCause cause,
    EstimateReason reason,
    long estimateBps,
    double lossShare,
    long queueDelayNanos,
    long targetBps) {}
