package dev.sluice.core.bandwidth;

/**
 * One change of what a slot shows, and what was known when it was made.
 *
 * @param atNanos when, on the server's monotonic clock
 * @param fromLayer the layer before, or {@link SlotPlan#PAUSED}
 * @param toLayer the layer since, or {@link SlotPlan#PAUSED}
 * @param estimateBps of the path, or {@link BandwidthEstimator#UNKNOWN}
 * @param lossShare 0 to 1
 * @param queueDelayNanos in the path
 * @param targetBps what all slots together were given
 */
public record Decision(
    long atNanos,
    int slot,
    int fromLayer,
    int toLayer,
    AllocationCause cause,
    EstimateReason reason,
    long estimateBps,
    double lossShare,
    long queueDelayNanos,
    long targetBps) {}
