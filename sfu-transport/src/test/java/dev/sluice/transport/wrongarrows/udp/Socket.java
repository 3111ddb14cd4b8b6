package dev.sluice.transport.wrongarrows.udp;

/** What its neighbours must not know. */
public final class Socket {}
