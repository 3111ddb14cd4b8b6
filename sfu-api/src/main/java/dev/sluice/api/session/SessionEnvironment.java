package dev.sluice.api.session;

import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.Codec;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What every session needs from outside.
 *
 * @param control drives the media side
 * @param limits of clients
 * @param iceServers that clients are told of
 * @param codecs that clients may negotiate
 * @param executor runs what may block, one task per thread
 * @param nanoTime the monotonic clock
 * @param random makes identifiers and secrets
 */
public record SessionEnvironment(
    SfuControl control,
    SignallingLimits limits,
    List<IceServer> iceServers,
    Set<Codec> codecs,
    Executor executor,
    LongSupplier nanoTime,
    SecureRandom random) {
  public SessionEnvironment {
    iceServers = List.copyOf(iceServers);
    codecs = Set.copyOf(codecs);
  }

  /** A name that no one can guess, of the given number of random bytes, in hexadecimal. */
  String randomName(String prefix, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return prefix + java.util.HexFormat.of().formatHex(drawn);
  }
}
