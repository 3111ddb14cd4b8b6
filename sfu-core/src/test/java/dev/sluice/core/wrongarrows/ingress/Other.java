package dev.sluice.core.wrongarrows.ingress;

/** The neighbour. */
public final class Other {}
