package dev.sluice.api.session;

import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.SfuControl;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What every session needs from outside.
 *
 * @param control drives the media side
 * @param currentLimits of clients; a session keeps those of its beginning
 * @param iceServers that clients are told of
 * @param executor runs what may block, one task per thread
 * @param nanoTime the monotonic clock
 * @param random makes identifiers and secrets
 * @param hits counts what the limits refuse
 */
public record SessionEnvironment(
    SfuControl control,
    Supplier<SignallingLimits> currentLimits,
    List<IceServer> iceServers,
    Executor executor,
    LongSupplier nanoTime,
    SecureRandom random,
    LimitHits hits) {
  public SessionEnvironment {
    iceServers = List.copyOf(iceServers);
  }

  /** With limits that stay. */
  public SessionEnvironment(
      SfuControl control,
      SignallingLimits limits,
      List<IceServer> iceServers,
      Executor executor,
      LongSupplier nanoTime,
      SecureRandom random,
      LimitHits hits) {
    this(control, () -> limits, iceServers, executor, nanoTime, random, hits);
  }

  /** The limits of clients, as they are now. */
  public SignallingLimits limits() {
    return currentLimits.get();
  }

  /** Counts the limit, where one was the reason to refuse a join. */
  void countRefusal(RefusalCode code) {
    switch (code) {
      case ROOM_FULL -> hits.count(Limit.PARTICIPANTS);
      case TOO_MANY_ROOMS -> hits.count(Limit.ROOMS);
      case OVERLOADED -> hits.count(Limit.LOAD);
      case TOO_MANY_PUBLISHERS -> hits.count(Limit.PUBLISHERS);
      case DUPLICATE_PARTICIPANT,
          SHUTTING_DOWN,
          ROOM_LOCKED,
          IDENTITY_IN_USE,
          ENCRYPTION_REQUIRED -> {
        // No limit.
      }
    }
  }

  /** A name that no one can guess, of the given number of random bytes, in hexadecimal. */
  String randomName(String prefix, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return prefix + java.util.HexFormat.of().formatHex(drawn);
  }
}
