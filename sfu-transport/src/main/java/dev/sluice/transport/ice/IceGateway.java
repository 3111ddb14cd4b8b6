package dev.sluice.transport.ice;

import dev.sluice.core.media.DropReason;
import java.net.InetSocketAddress;

/**
 * The server's end of ICE (RFC 8445) for all its peers. {@link LiteIceGateway} answers checks only;
 * an implementation with full agents could stand behind the same methods.
 *
 * <p>All methods are thread safe. {@link #handle} runs on the media workers and never blocks; the
 * others are for the control path.
 *
 * @param <P> what names a peer, with an equality that stays the same while the peer is open
 */
public interface IceGateway<P> {

  /**
   * Makes credentials for a new peer. They are live when this returns.
   *
   * @throws IllegalStateException if the peer is open already
   */
  LocalCredentials open(P peer);

  /**
   * Makes the next credentials for an ICE restart (RFC 8445 §9). Those in use stay valid beside
   * them until a check with the new ones nominates a path; media goes on meanwhile. A restart that
   * comes before that replaces the restart before it.
   *
   * @throws IllegalStateException if the peer is not open
   */
  LocalCredentials restart(P peer);

  /** Forgets a peer and all its credentials. Does nothing if it is not open. */
  void close(P peer);

  /**
   * Handles one STUN datagram. The array is only read, and not kept.
   *
   * @param remote where the datagram came from, and where a response goes
   * @param nowNanos the worker's clock
   */
  Outcome<P> handle(
      byte[] datagram, int offset, int length, InetSocketAddress remote, long nowNanos);

  /**
   * What the answer to an offer carries (RFC 8839 §5.4).
   *
   * @param ufrag at least 4 characters, unique among the open peers
   * @param pwd at least 22 characters
   */
  record LocalCredentials(String ufrag, String pwd) {
    /** Without the password: this is also what a log would show. */
    @Override
    public String toString() {
      return "LocalCredentials[" + ufrag + "]";
    }
  }

  /** What a STUN datagram led to. */
  sealed interface Outcome<P> {

    /** Nothing to send and nothing learned. */
    record Ignored<P>(DropReason reason) implements Outcome<P> {}

    /**
     * A well-formed Binding indication (RFC 8445 §11). It keeps a NAT binding open, but carries no
     * proof of its sender: it neither validates an address nor renews consent.
     */
    record Keepalive<P>() implements Outcome<P> {}

    /**
     * An authenticated check that succeeded: the remote address may from now on be sent to and
     * received from, and consent is fresh (RFC 7675).
     *
     * @param response to send to the remote address
     * @param nominated the check carried USE-CANDIDATE: media goes to this address from now on
     */
    @SuppressWarnings("ArrayRecordComponent") // one owner: the worker that sends it
    record Validated<P>(P peer, byte[] response, boolean nominated) implements Outcome<P> {}

    /**
     * An authenticated request that the gateway cannot grant. The address stays as it was.
     *
     * @param response an error response, to send to the remote address
     */
    @SuppressWarnings("ArrayRecordComponent") // one owner: the worker that sends it
    record Refused<P>(P peer, byte[] response) implements Outcome<P> {}
  }
}
