package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.dtls.DtlsLimits;
import dev.sluice.transport.dtls.DtlsServerSession;
import dev.sluice.transport.ice.IceGateway;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Makes, restarts and ends the transports of peers: ICE credentials, an endpoint on the worker of
 * the peer's room, a DTLS session. Any thread; an endpoint is in the map of its worker.
 */
final class PeerTransports {
  /** RFC 7675 §5.1. */
  private static final long CONSENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** A transport without a participant ends then, whatever checks come. */
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Browsers check every two to five seconds. */
  private static final long SILENT_PATH_NANOS = TimeUnit.SECONDS.toNanos(12);

  private final IceGateway<PeerEndpoint> ice;
  private final DtlsCertificate certificate;
  private final DtlsLimits dtlsLimits;
  private final List<SrtpProfile> profiles;
  private final List<Candidate> candidates;
  private final LongSupplier nanoTime;
  private final IntFunction<MediaWorker> workers;

  /**
   * Without transports.
   *
   * @param workers all of the node by their numbers, asked when there are participants
   */
  PeerTransports(
      IceGateway<PeerEndpoint> ice,
      DtlsCertificate certificate,
      MediaConfig config,
      List<Candidate> candidates,
      LongSupplier nanoTime,
      IntFunction<MediaWorker> workers) {
    this.ice = ice;
    this.workers = workers;
    this.certificate = certificate;
    this.candidates = candidates;
    this.nanoTime = nanoTime;
    profiles = config.profiles();
    dtlsLimits = DtlsLimits.withConcurrentHandshakes(config.maxConcurrentHandshakes());
  }

  /** What answers name. */
  List<Candidate> candidates() {
    return candidates;
  }

  /** The peer's transport, made if it has none. */
  LocalTransport open(PeerKey peer, MediaWorker owner) {
    return owner.endpoints().computeIfAbsent(peer, key -> make(key, owner)).local();
  }

  /** The same with new ICE credentials. */
  LocalTransport restart(PeerKey peer, MediaWorker owner) {
    // Within compute, so that the end of the peer comes wholly before or wholly after it.
    PeerEndpoint restarted =
        owner
            .endpoints()
            .compute(
                peer,
                (key, endpoint) -> {
                  if (endpoint == null) {
                    return make(key, owner);
                  }
                  endpoint.restart(local(ice.restart(endpoint)));
                  return endpoint;
                });
    return Objects.requireNonNull(restarted).local();
  }

  /** The peer's offer says whose certificate to expect: DTLS may begin. */
  void negotiate(PeerKey peer, MediaWorker owner, List<Fingerprint> fingerprints) {
    PeerEndpoint endpoint = owner.endpoints().get(peer);
    if (endpoint != null) {
      endpoint.negotiate(fingerprints, expected -> dtls(endpoint, expected));
    }
  }

  /** Ends the transport, if there is one. */
  void end(PeerKey peer, MediaWorker owner) {
    PeerEndpoint endpoint = owner.endpoints().remove(peer);
    if (endpoint != null) {
      end(endpoint);
    }
  }

  /** Ends a transport that no worker has. */
  void end(PeerEndpoint endpoint) {
    ice.close(endpoint);
    endpoint.close();
  }

  /**
   * On the worker: ends the transports whose client is silent or never joined, and says which paths
   * are up.
   */
  void sweep(MediaWorker worker, long nowNanos) {
    for (PeerEndpoint endpoint : worker.endpoints().values()) {
      PeerKey key = endpoint.key();
      long silentNanos = nowNanos - endpoint.lastCheckNanos();
      if (silentNanos > CONSENT_NANOS) {
        worker
            .rooms()
            .handleCommand(
                new RoomCommand.Leave(key.room(), key.participant(), LeaveReason.MEDIA_LOST),
                nowNanos);
      } else if (worker.rooms().hasParticipant(key)) {
        worker.rooms().handlePath(key, silentNanos < SILENT_PATH_NANOS);
      } else if (nowNanos - endpoint.createdNanos() > JOIN_NANOS) {
        end(key, worker);
      }
    }
  }

  private PeerEndpoint make(PeerKey key, MediaWorker owner) {
    return new PeerEndpoint(
        key, owner, workers, endpoint -> local(ice.open(endpoint)), nanoTime.getAsLong());
  }

  private LocalTransport local(IceGateway.LocalCredentials credentials) {
    return new LocalTransport(
        credentials.ufrag(), credentials.pwd(), certificate.fingerprint(), candidates);
  }

  private DtlsServerSession dtls(PeerEndpoint endpoint, List<Fingerprint> expected) {
    return new DtlsServerSession(
        endpoint.key().participant().value(),
        certificate,
        expected,
        profiles,
        endpoint::sendFromAnyThread,
        endpoint,
        dtlsLimits);
  }
}
