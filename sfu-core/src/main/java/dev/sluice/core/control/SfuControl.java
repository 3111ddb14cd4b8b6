package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.LocalTransport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The port through which signalling drives the media side. Every method may be called from any
 * thread and does not block.
 */
public interface SfuControl {
  /**
   * Makes (or finds) the transport of a peer connection: its ICE credentials are live when this
   * returns, so that an answer can be written. It ends with {@link RoomCommand.Leave}, or by itself
   * when no join follows within 30 seconds.
   */
  LocalTransport openTransport(PeerKey peer);

  /**
   * Makes new ICE credentials for a peer connection whose client restarts ICE (RFC 8445 §9). They
   * are live when this returns, and those before them stay so until a check with the new ones
   * nominates a path: DTLS, SRTP and the media go on meanwhile. When the client never comes with
   * them, nothing has changed. A peer connection without a transport gets one.
   */
  LocalTransport restartTransport(PeerKey peer);

  /** Hands a command to the worker that owns the room. */
  void submit(RoomCommand command);

  /** The rooms as they are; completes on a worker. */
  CompletionStage<List<RoomInfo>> rooms();

  /** One room as it is, or empty when there is none of this name; completes on a worker. */
  CompletionStage<Optional<RoomInfo>> room(RoomId id);

  /** How the path to a participant is used, and why, or empty when it is not there. */
  CompletionStage<Optional<DownlinkInfo>> downlink(RoomId room, ParticipantId participant);

  /** How a participant's media fares, or empty when it is not there. Completes on a worker. */
  CompletionStage<Optional<QualityInfo>> quality(RoomId room, ParticipantId participant);

  /**
   * Captures a participant's packets from now on; false when it is not there. Completes on a
   * worker.
   */
  CompletionStage<Boolean> capture(RoomId room, ParticipantId participant, CaptureBuffer into);

  /**
   * Makes an empty room with settings of its own. A room that a join makes has those of the server
   * and ends with its last participant. Completes on a worker.
   */
  CompletionStage<RoomCreation> createRoom(RoomId id, RoomSettings settings);

  /**
   * Sets a room up differently, if it still is set up as expected. Codecs count for what is
   * negotiated from then on, and nobody who is in loses the place. Completes on a worker.
   */
  CompletionStage<UpdateResult> updateRoom(RoomId id, RoomSettings expected, RoomSettings updated);

  /**
   * Lets a participant stand differently in its room, if it still stands there as expected: media
   * that it may no longer send or receive stops at once. Completes on a worker.
   */
  CompletionStage<UpdateResult> updateParticipant(
      PeerKey peer, Standing expected, Standing updated);

  /**
   * Takes a participant to another room, which is made when there is none: its peer connection goes
   * on as it is, and what it publishes is published there. The other room's rules decide; a place
   * is kept there before it leaves here, so that a refusal changes nothing. An operator's move is
   * an admission: a waiting room does not hold it. Whoever commands for the participant waits until
   * this completes, on any thread; commands to the room that it has left are lost.
   */
  CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target);

  /** The settings of a room, or those that it would have when a join made it now. */
  RoomSettings settings(RoomId id);

  /** The settings of rooms that a join makes. */
  RoomSettings defaultSettings();
}
