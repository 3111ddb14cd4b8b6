/**
 * ICE-TCP (RFC 6544) with the framing of RFC 4571: a listening port for each worker, and its
 * connections, each with a bounded queue. Knows sources, frames and bytes; whether a frame proves
 * anything, and whose connection it is, the caller says. Called by the media workers.
 */
@NullMarked
package dev.sluice.transport.tcp;

import org.jspecify.annotations.NullMarked;
