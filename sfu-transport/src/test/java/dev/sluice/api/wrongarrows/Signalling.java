package dev.sluice.api.wrongarrows;

/** What the transport must not know. */
public final class Signalling {}
