package dev.sluice.api.session;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.sdp.AnswerNegotiator;
import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.AnswerPolicy;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.sdp.SdpException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One participant's place in a room, however its client signals: its commands to the room and what
 * its offers have agreed on so far. Owned by one thread at a time.
 */
final class Participation {
  private static final long SSRC_MASK = 0xFFFF_FFFFL;
  private static final int PARTICIPANT_ID_BYTES = 8;

  private final SessionEnvironment environment;
  private PeerKey key;

  /** The room that it is in: known here before it is taken note of in its turn. */
  private volatile RoomId whereabouts;

  private Standing standing;
  private final int maxSdpChars;
  private final long sdpSessionId;
  private @Nullable NegotiatedSession agreed;

  /** The server's end as the last answer in force names it. */
  private @Nullable LocalTransport transport;

  /** The same for the answer that is prepared and not yet in force. */
  private @Nullable LocalTransport preparedTransport;

  /** Which of the server's addresses an answer names depends on it. */
  private @Nullable InetAddress client;

  private long answers;

  Participation(SessionEnvironment environment, RoomId room, Standing standing, int maxSdpChars) {
    this.environment = environment;
    this.key =
        new PeerKey(room, new ParticipantId(environment.randomName("P-", PARTICIPANT_ID_BYTES)));
    this.whereabouts = room;
    this.standing = standing;
    this.sdpSessionId = environment.random().nextLong(Long.MAX_VALUE);
    this.maxSdpChars = maxSdpChars;
  }

  /** Where and who it is. */
  PeerKey key() {
    return key;
  }

  RoomId room() {
    return key.room();
  }

  ParticipantId id() {
    return key.participant();
  }

  /** It has been taken to another room. Any thread; only {@link #leave} heeds it at once. */
  void handleMoved(RoomId room) {
    whereabouts = room;
  }

  /** From now on its commands are for the room that it is in. */
  void followMove() {
    key = new PeerKey(whereabouts, key.participant());
  }

  /** Has it taken to another room. */
  CompletionStage<MoveOutcome> move(RoomId target) {
    return control().move(new PeerKey(whereabouts, id()), target);
  }

  Grants grants() {
    return standing.grants();
  }

  Standing standing() {
    return standing;
  }

  /** The room has it stand differently. */
  void setStanding(Standing updated) {
    standing = updated;
  }

  /** The client signals from there now; null when nobody knows. */
  void setClient(@Nullable InetAddress address) {
    client = address;
  }

  void join(String identity, String name, RoomEventListener listener) {
    join(identity, name, SlotCounts.UNBOUNDED, listener);
  }

  void join(String identity, String name, SlotCounts mostSlots, RoomEventListener listener) {
    control()
        .submit(new RoomCommand.Join(room(), id(), identity, name, standing, mostSlots, listener));
  }

  /**
   * Works out the answer to an offer. Changes nothing yet: a failed offer leaves the old agreement
   * in force.
   */
  Negotiation prepare(String offerSdp) throws SdpException {
    Negotiation prepared;
    try {
      LocalTransport local = transportFor(offerSdp);
      preparedTransport = local;
      prepared =
          AnswerNegotiator.negotiate(
              offerSdp,
              agreed,
              policy(),
              local.forClient(client == null ? null : client.getAddress()),
              () -> environment.random().nextInt() & SSRC_MASK,
              new AnswerNegotiator.Origin(sdpSessionId, answers + 1));
    } catch (SdpException e) {
      if (e.isOverLimit()) {
        environment.hits().count(Limit.OFFER_SIZE);
      }
      throw e;
    }
    requireFewEnough(prepared.session());
    return prepared;
  }

  /**
   * Says why a prepared answer may not be put into force with these intents, in a sentence, or null
   * when it may: each m-line that sends must be of a kind or a source that may be published.
   */
  @Nullable String refusal(Negotiation prepared, Map<String, PublishIntent> intents) {
    PublishGrant publishing = standing.grants().publishing();
    for (NegotiatedSection section : prepared.session().sections()) {
      PublishIntent intent = intents.getOrDefault(section.mid(), PublishIntent.UNSPECIFIED);
      if (section.incoming() != null && !publishing.allows(section.kind(), intent.source())) {
        return "The token does not let you publish %s with the source \"%s\", as m-line \"%s\" does."
            .formatted(WireNames.of(section.kind()), WireNames.of(intent.source()), section.mid());
      }
    }
    return null;
  }

  /** What the tracks of a client are taken for that cannot say so itself. */
  Map<String, PublishIntent> defaultIntents(Negotiation prepared) {
    PublishGrant publishing = standing.grants().publishing();
    Map<String, PublishIntent> intents = new HashMap<>();
    for (NegotiatedSection section : prepared.session().sections()) {
      TrackSource source = publishing.sourceFor(section.kind());
      if (section.incoming() != null && source != null) {
        intents.put(section.mid(), new PublishIntent(source, "", false));
      }
    }
    return intents;
  }

  private AnswerPolicy policy() {
    SignallingLimits.Negotiation limits = environment.limits().negotiation();
    return new AnswerPolicy(
        grants().publish(),
        grants().subscribe(),
        control().settings(room()).codecs(),
        limits.maxSections(),
        maxSdpChars,
        limits.maxCandidates(),
        key.participant().value());
  }

  private void requireFewEnough(NegotiatedSession session) throws SdpException {
    SignallingLimits.Negotiation limits = environment.limits().negotiation();
    int tracks = 0;
    int slots = 0;
    for (NegotiatedSection section : session.sections()) {
      tracks += section.incoming() != null ? 1 : 0;
      slots += section.slot() != null ? 1 : 0;
    }
    if (tracks > limits.maxTracks()) {
      environment.hits().count(Limit.TRACKS);
      throw SdpException.overLimit(tracks, limits.maxTracks(), "m-lines that send");
    }
    if (slots > limits.maxSlots()) {
      environment.hits().count(Limit.SLOTS);
      throw SdpException.overLimit(slots, limits.maxSlots(), "m-lines that receive");
    }
  }

  /**
   * An answer names new credentials if and only if the offer does (RFC 8839 §4.4.1.1.1): a client
   * takes others for a restart that it never asked for.
   */
  private LocalTransport transportFor(String offerSdp) throws SdpException {
    if (agreed != null && AnswerNegotiator.restartsIce(offerSdp, agreed, policy())) {
      return control().restartTransport(key);
    }
    return transport != null ? transport : control().openTransport(key);
  }

  /** Puts a prepared answer into force. */
  void apply(long negotiation, Negotiation prepared, Map<String, PublishIntent> intents) {
    agreed = prepared.session();
    transport = preparedTransport;
    answers++;
    control()
        .submit(
            new RoomCommand.ApplyNegotiation(
                room(), id(), negotiation, prepared.session(), intents));
  }

  void confirm(long negotiation) {
    control().submit(new RoomCommand.ConfirmAnswer(room(), id(), negotiation));
  }

  /** Hands a command to the room. */
  void submit(RoomCommand command) {
    control().submit(command);
  }

  void view(ClientMessage.SetView message) {
    String request = message.id() == null ? "" : message.id();
    control().submit(new RoomCommand.SetView(room(), id(), request, message.view()));
  }

  void narrow(String track, String publisher) {
    control().submit(new RoomCommand.NarrowSubscription(room(), id(), track, publisher));
  }

  /** Ends its transport, and its place in the room when it has one. Any thread. */
  void leave(LeaveReason reason) {
    control().submit(new RoomCommand.Leave(whereabouts, id(), reason));
  }

  SfuControl control() {
    return environment.control();
  }
}
