package dev.sluice.core.wrongarrows.stray;

/** In a package that no row names. */
public final class InNoLayer {}
