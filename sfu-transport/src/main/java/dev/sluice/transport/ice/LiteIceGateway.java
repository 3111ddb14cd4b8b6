package dev.sluice.transport.ice;

import dev.sluice.core.media.DropReason;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.ice4j.StunException;
import org.ice4j.message.Request;
import org.jspecify.annotations.Nullable;

/**
 * ICE-lite (RFC 8445 §2.5, §6.1.1): answers connectivity checks and sends none, so it has no timer;
 * of transactions it remembers the latest, against {@linkplain RecentChecks replays}. The peer is
 * found by the server's ufrag in USERNAME, before any address is known.
 *
 * <p>What an unauthenticated sender can cause is bounded: bytes are read in place, only a ufrag
 * that exists leads to an HMAC, and nothing is answered, stored or decoded by ice4j until the
 * signature is right. So the gateway is no amplifier, and a wrong guess cannot be told from
 * silence.
 *
 * <p>Thread safe; {@link #handle} takes the lock of the gateway only for the one check that
 * completes an ICE restart.
 *
 * @param <P> what names a peer
 */
public final class LiteIceGateway<P> implements IceGateway<P> {
  /** 144 bits; RFC 8839 §5.4 asks for at least 128. */
  private static final int PASSWORD_LENGTH = 24;

  /** No check is longer; it also bounds the work for one datagram. */
  private static final int MAX_MESSAGE_LENGTH = 1_280;

  /** As many as RFC 8489 §14.8 asks to list, and more than any client would send. */
  private static final int MAX_UNKNOWN_REPORTED = 8;

  private final SecureRandom random;
  private final UfragTable<Generation<P>> generations = new UfragTable<>();
  private final Map<P, Session<P>> sessions = new HashMap<>();
  private final Object lock = new Object();

  // One of each for all datagrams: a flood must not make garbage.
  private final Map<DropReason, Outcome<P>> ignored = new EnumMap<>(DropReason.class);
  private final Outcome<P> keepalive = new Outcome.Keepalive<>();

  public LiteIceGateway(SecureRandom random) {
    this.random = random;
    for (DropReason reason : DropReason.values()) {
      ignored.put(reason, new Outcome.Ignored<>(reason));
    }
  }

  @Override
  public LocalCredentials open(P peer) {
    synchronized (lock) {
      if (sessions.containsKey(peer)) {
        throw new IllegalStateException("a peer opens ICE once; a restart is for the next time");
      }
      Session<P> session = new Session<>(peer);
      Generation<P> generation = generate(session);
      session.active = generation;
      sessions.put(peer, session);
      return generation.credentials;
    }
  }

  @Override
  public LocalCredentials restart(P peer) {
    synchronized (lock) {
      Session<P> session = sessions.get(peer);
      if (session == null) {
        throw new IllegalStateException("only a peer that is open restarts ICE");
      }
      if (session.pending != null) {
        generations.remove(session.pending);
      }
      Generation<P> generation = generate(session);
      session.pending = generation;
      return generation.credentials;
    }
  }

  @Override
  public void close(P peer) {
    synchronized (lock) {
      Session<P> session = sessions.remove(peer);
      if (session == null) {
        return;
      }
      if (session.active != null) {
        generations.remove(session.active);
      }
      if (session.pending != null) {
        generations.remove(session.pending);
      }
    }
  }

  @Override
  public Outcome<P> handle(
      byte[] datagram, int offset, int length, InetSocketAddress remote, long nowNanos) {
    if (length > MAX_MESSAGE_LENGTH || !StunFlyweight.isWellFormed(datagram, offset, length)) {
      return ignore(DropReason.MALFORMED);
    }
    int type = StunFlyweight.messageType(datagram, offset);
    if (type != StunFlyweight.BINDING_REQUEST && type != StunFlyweight.BINDING_INDICATION) {
      return ignore(DropReason.NOT_WANTED);
    }
    // Every browser signs off its checks with FINGERPRINT and drops STUN without it; so do we.
    if (!StunFlyweight.endsWithFingerprint(datagram, offset, length)) {
      return ignore(DropReason.MALFORMED);
    }
    if (type == StunFlyweight.BINDING_INDICATION) {
      return StunCodec.fingerprintMatches(datagram, offset, length)
          ? keepalive
          : ignore(DropReason.MALFORMED);
    }
    return handleRequest(datagram, offset, length, remote);
  }

  private Outcome<P> handleRequest(
      byte[] datagram, int offset, int length, InetSocketAddress remote) {
    int integrity =
        StunFlyweight.find(datagram, offset, offset + length, StunFlyweight.MESSAGE_INTEGRITY);
    if (integrity < 0
        || StunFlyweight.attributeLength(datagram, integrity)
            != StunFlyweight.MESSAGE_INTEGRITY_LENGTH) {
      return ignore(DropReason.AUTHENTICATION_FAILED);
    }
    int username = StunFlyweight.find(datagram, offset, integrity, StunFlyweight.USERNAME);
    if (username < 0) {
      return ignore(DropReason.AUTHENTICATION_FAILED);
    }
    Generation<P> generation =
        generations.get(
            Ufrag.parseUsername(
                datagram,
                username + StunFlyweight.ATTRIBUTE_HEADER_LENGTH,
                StunFlyweight.attributeLength(datagram, username)));
    if (generation == null) {
      return ignore(DropReason.UNKNOWN_ADDRESS);
    }
    if (!StunCodec.fingerprintMatches(datagram, offset, length)) {
      return ignore(DropReason.MALFORMED);
    }
    if (!StunCodec.integrityMatches(datagram, offset, integrity, generation.key)) {
      return ignore(DropReason.AUTHENTICATION_FAILED);
    }
    if (generation.checks.isReplay(datagram, offset, remote)) {
      return ignore(DropReason.REPLAYED);
    }
    try {
      Request request = StunCodec.decode(datagram, offset, length);
      return answer(request, datagram, offset, integrity, remote, generation);
    } catch (StunException e) {
      return ignore(DropReason.MALFORMED);
    }
  }

  /** From here on the sender is known to be the peer. */
  private Outcome<P> answer(
      Request request,
      byte[] datagram,
      int offset,
      int integrity,
      InetSocketAddress remote,
      Generation<P> generation)
      throws StunException {
    P peer = generation.session.peer;
    char[] unknown = unknownAttributes(datagram, offset, integrity);
    if (unknown != null) {
      byte[] response = StunCodec.unknownAttributes(request, unknown, generation.key);
      return new Outcome.Refused<>(peer, response);
    }
    if (StunFlyweight.find(datagram, offset, integrity, StunFlyweight.ICE_CONTROLLED) >= 0) {
      // RFC 8445 §7.3.1 asks this of full agents only. But a lite server never nominates: without
      // the error a client that believes to be controlled would wait for it until it fails.
      return new Outcome.Refused<>(peer, StunCodec.roleConflict(request, generation.key));
    }
    byte[] response = StunCodec.success(request, remote, generation.key);
    boolean nominated =
        StunFlyweight.find(datagram, offset, integrity, StunFlyweight.USE_CANDIDATE) >= 0;
    if (nominated && generation.session.pending == generation) {
      activate(generation);
    }
    return new Outcome.Validated<>(peer, response, nominated);
  }

  private static char @Nullable [] unknownAttributes(byte[] datagram, int offset, int end) {
    int count = 0;
    for (int p = offset + StunFlyweight.HEADER_LENGTH;
        p < end;
        p = StunFlyweight.next(datagram, p)) {
      count += StunFlyweight.isUnknown(datagram, p) ? 1 : 0;
    }
    if (count == 0) {
      return null;
    }
    char[] types = new char[Math.min(count, MAX_UNKNOWN_REPORTED)];
    int n = 0;
    for (int p = offset + StunFlyweight.HEADER_LENGTH;
        p < end && n < types.length;
        p = StunFlyweight.next(datagram, p)) {
      if (StunFlyweight.isUnknown(datagram, p)) {
        types[n++] = (char) StunFlyweight.attributeType(datagram, p);
      }
    }
    return types;
  }

  /** The restart has taken effect: the credentials before it end. */
  private void activate(Generation<P> generation) {
    Session<P> session = generation.session;
    synchronized (lock) {
      if (session.pending != generation || sessions.get(session.peer) != session) {
        return; // another worker, another restart or a close was faster
      }
      if (session.active != null) {
        generations.remove(session.active);
      }
      session.active = generation;
      session.pending = null;
    }
  }

  private Generation<P> generate(Session<P> session) {
    long number;
    do {
      number = random.nextLong() & Ufrag.MAX;
    } while (generations.get(number) != null);
    char[] password = new char[PASSWORD_LENGTH];
    for (int i = 0; i < password.length; i++) {
      password[i] = Ufrag.iceChar(random.nextInt());
    }
    Generation<P> generation = new Generation<>(session, number, new String(password));
    generations.put(generation);
    return generation;
  }

  private Outcome<P> ignore(DropReason reason) {
    return Objects.requireNonNull(ignored.get(reason));
  }

  /**
   * One peer's credentials over time. Changed under the lock; {@code pending} is also read without.
   */
  private static final class Session<P> {
    final P peer;
    @Nullable Generation<P> active;
    volatile @Nullable Generation<P> pending;

    Session(P peer) {
      this.peer = peer;
    }
  }

  /** The credentials between two restarts, and the checks that used them. */
  private static final class Generation<P> implements UfragTable.Keyed {
    final Session<P> session;
    final LocalCredentials credentials;
    final byte[] key;
    final RecentChecks checks = new RecentChecks();
    private final long number;

    Generation(Session<P> session, long number, String password) {
      this.session = session;
      this.number = number;
      this.credentials = new LocalCredentials(Ufrag.format(number), password);
      this.key = password.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public long key() {
      return number;
    }
  }
}
