package dev.sluice.core.bandwidth;

/**
 * A probe to send now.
 *
 * @param reason why
 * @param cluster what
 */
public record ProbePlan(ProbeReason reason, ProbeCluster cluster) {}
