/**
 * The media workers: one thread, one duty cycle, whole rooms each. Brings the UDP port, ICE, DTLS
 * and the rooms of the core together, and is what signalling drives through {@link
 * dev.sluice.core.control.SfuControl}.
 */
@NullMarked
package dev.sluice.transport.pipeline;

import org.jspecify.annotations.NullMarked;
