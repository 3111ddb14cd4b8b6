package dev.sluice.transport.pipeline;

import dev.sluice.core.peer.PacketTap;
import dev.sluice.transport.udp.UdpBackend;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a test puts in the place of the real thing.
 *
 * @param nanoTime the monotonic clock
 * @param backend what carries the port
 * @param tap sees every packet in plaintext, or null for what the configuration says
 */
record NodeSeams(LongSupplier nanoTime, UdpBackend backend, @Nullable PacketTap tap) {
  static final NodeSeams REAL = new NodeSeams(System::nanoTime, UdpBackend.best(), null);
}
