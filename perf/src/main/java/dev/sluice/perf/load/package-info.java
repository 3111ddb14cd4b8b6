/**
 * The load test: simulated participants with real ICE, DTLS and SRTP against a server that speaks
 * WHIP and WHEP (or Sluice's WebSocket), and the C reference beside it. Not part of the server. One
 * thread ({@link dev.sluice.perf.load.MediaLoop}) sends and receives all media; joins run on
 * virtual threads. Linux only: it reads batches through the C library and CPU time from {@code
 * /proc}.
 */
@NullMarked
package dev.sluice.perf.load;

import org.jspecify.annotations.NullMarked;
