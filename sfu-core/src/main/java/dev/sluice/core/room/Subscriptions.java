package dev.sluice.core.room;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Carries out who sees what: keeps each subscriber's slots in line with its negotiations, lets
 * {@link Candidates} and {@link LayerAssignment} decide, points the slots at streams and tells the
 * subscribers. Owner: the room's worker.
 */
final class Subscriptions {
  /** Outgoing sequence numbers start somewhere in the first half, as RFC 3711 §3.3.1 wants it. */
  private static final int INITIAL_SEQUENCE_BOUND = 0x8000;

  private final Map<ParticipantId, Participant> participants;
  private final Forwarder forwarder;
  private final LayerAssignment layers;
  private final UpstreamLayers upstream;
  private final Audience audience;
  private final Voices voices;

  Subscriptions(
      Map<ParticipantId, Participant> participants,
      Forwarder forwarder,
      Audience audience,
      Voices voices,
      UpstreamLayers upstream) {
    this.participants = participants;
    this.forwarder = forwarder;
    this.upstream = upstream;
    layers = new LayerAssignment(forwarder, voices, upstream);
    this.audience = audience;
    this.voices = voices;
  }

  /** Makes, keeps and ends slots as a negotiation says; returns those that have ended. */
  List<EgressSlot> applySlots(
      Participant participant, RoomCommand.ApplyNegotiation apply, SplittableRandom random) {
    Map<String, NegotiatedSection> wanted = new HashMap<>();
    for (NegotiatedSection section : apply.session().sections()) {
      if (section.slot() != null && participant.grants().subscribe()) {
        wanted.put(section.mid(), section);
      }
    }
    List<EgressSlot> ended = new ArrayList<>();
    for (EgressSlot slot : List.copyOf(participant.slots().values())) {
      NegotiatedSection section = wanted.get(slot.mid());
      NegotiatedSection.Slot numbers = section == null ? null : section.slot();
      if (section == null || numbers == null || (int) numbers.ssrc() != slot.ssrc()) {
        participant.slots().remove(slot.mid());
        participant.show(slot, null);
        slot.deactivate();
        participant.idleSlots().put(slot.mid(), slot);
        ended.add(slot);
      } else {
        slot.renegotiate(section);
      }
    }
    for (NegotiatedSection section : apply.session().sections()) {
      if (wanted.containsKey(section.mid()) && !participant.slots().containsKey(section.mid())) {
        participant.slots().put(section.mid(), slotFor(participant, section, random));
      }
    }
    participant.idleSlots().keySet().retainAll(apply.session().idleSlots().keySet());
    return ended;
  }

  /**
   * The slot that an m-line had before it paused, or a new one. One SSRC under one key never begins
   * anew: SRTP would refuse numbers that it has seen.
   */
  private static EgressSlot slotFor(
      Participant participant, NegotiatedSection section, SplittableRandom random) {
    EgressSlot idle = participant.idleSlots().remove(section.mid());
    NegotiatedSection.Slot numbers = section.slot();
    if (idle != null && numbers != null && (int) numbers.ssrc() == idle.ssrc()) {
      idle.renegotiate(section);
      return idle;
    }
    long sequence = 0x1_0000L + random.nextInt(INITIAL_SEQUENCE_BOUND);
    return new EgressSlot(section, sequence, Integer.toUnsignedLong(random.nextInt()));
  }

  /** A track has ended: no slot shows it. The slots are filled again by {@link #updateAll}. */
  void handleTrackEnded(PublishedTrack track) {
    for (Participant participant : participants.values()) {
      for (EgressSlot slot : participant.slots().values()) {
        if (participant.shownIn(slot) == track) {
          forwarder.unsubscribe(slot);
        }
      }
    }
  }

  /**
   * The first packet of a stream has come, ever or since it was asked for again: slots that show
   * its track can go over to it.
   */
  void handleStreamStarted(PublishedTrack track, long nowNanos) {
    for (Participant participant : participants.values()) {
      for (EgressSlot slot : participant.slots().values()) {
        if (participant.shownIn(slot) == track) {
          point(participant, slot, track, nowNanos);
          tellAvailability(participant, slot, nowNanos);
        }
      }
    }
  }

  /** Layers may have come, grown or died. */
  void updateLayers(long nowNanos) {
    for (Participant participant : participants.values()) {
      updateLayers(participant, nowNanos);
    }
    upstream.update(nowNanos);
  }

  /** Sends less to those whose path does not carry any more what they get. */
  void relieve(long nowNanos) {
    for (Participant participant : participants.values()) {
      if (participant.peer().egress().congestion().overspent(nowNanos)) {
        updateLayers(participant, nowNanos);
      }
    }
  }

  private void updateLayers(Participant participant, long nowNanos) {
    layers.share(participant, nowNanos);
    for (EgressSlot slot : participant.slots().values()) {
      PublishedTrack track = participant.shownIn(slot);
      if (track != null && LayerAssignment.hasLayers(track)) {
        point(participant, slot, track, nowNanos);
        tellAvailability(participant, slot, nowNanos);
      }
    }
  }

  /** Assigns the slots of everyone anew. */
  void updateAll(long nowNanos) {
    List<Participant> publishers = publishers();
    for (Participant participant : participants.values()) {
      update(participant, publishers, nowNanos);
    }
  }

  /** Assigns the slots of one participant anew, and says how many it could use. */
  void update(Participant participant, long nowNanos) {
    update(participant, publishers(), nowNanos);
  }

  /** Of a thousand who watch, each is compared with the few who are to be seen. */
  private List<Participant> publishers() {
    List<Participant> publishers = new ArrayList<>();
    for (Participant participant : participants.values()) {
      if (!participant.tracks().isEmpty()) {
        publishers.add(participant);
      }
    }
    return publishers;
  }

  private void update(Participant participant, List<Participant> publishers, long nowNanos) {
    Candidates candidates = Candidates.all(participant, publishers, voices);
    Map<String, TrackId> plan = candidates.plan();
    SlotCounts wanted = candidates.wantedSlots(plan);
    if (participant.setWantedSlots(wanted)) {
      audience.tell(participant, new RoomEvent.SlotsWanted(wanted.audio(), wanted.video()));
    }
    participant.setSeesAll(candidates.areIn(plan));
    carryOut(participant, plan, candidates, nowNanos);
  }

  /** A packet says how loud a track is. */
  void handleAudioLevel(PublishedTrack track, MediaPacket packet, long nowNanos) {
    Participant speaker = participants.get(track.participant());
    if (speaker != null
        && !speaker.grants().hidden()
        && !track.silenced()
        && voices.handleLevel(track, packet, nowNanos)) {
      handleVoice(track, speaker, nowNanos);
    }
  }

  /** Tells everyone who speaks, when others do than before. */
  void updateSpeakers(long nowNanos) {
    RoomEvent.SpeakersChanged changed = voices.update(nowNanos);
    if (changed != null) {
      audience.tellAll(changed);
    }
    if (voices.takeOrderChange()) {
      handleSpeakers(nowNanos);
    }
  }

  /** Others speak than before: who has fewer slots than tracks may see other pictures. */
  private void handleSpeakers(long nowNanos) {
    List<Participant> publishers = publishers();
    for (Participant participant : participants.values()) {
      if (!participant.seesAll()) {
        update(participant, publishers, nowNanos);
      }
    }
  }

  /**
   * A voice has risen in the ranking: those who do not hear it, but one that is behind it now, hear
   * it from its very next packet on. Looks only at what is shown, for this is on the way of a
   * packet.
   */
  private void handleVoice(PublishedTrack voice, Participant speaker, long nowNanos) {
    for (Participant participant : participants.values()) {
      if (!participant.seesAll() && Candidates.replaces(voice, speaker, participant, voices)) {
        Candidates candidates = Candidates.shownAnd(voice, participant, voices);
        carryOut(participant, candidates.planOfVoices(), candidates, nowNanos);
      }
    }
  }

  /** Takes over what a participant wants to see, or says why not. */
  void setView(Participant participant, RoomCommand.SetView command, long nowNanos) {
    RoomEvent.ViewRefused refusal = Views.check(command, participant, participants.values());
    if (refusal != null) {
      audience.tell(participant, refusal);
      return;
    }
    participant.setView(command.view());
    updateLimits(participant, nowNanos);
  }

  /** Another view, other rules or other caps: what it sees, and how large, is decided anew. */
  void updateLimits(Participant participant, long nowNanos) {
    update(participant, nowNanos);
    layers.share(participant, nowNanos);
    for (EgressSlot slot : participant.slots().values()) {
      PublishedTrack track = participant.shownIn(slot);
      if (track != null) {
        point(participant, slot, track, nowNanos);
      }
    }
  }

  private void carryOut(
      Participant participant, Map<String, TrackId> plan, Candidates candidates, long nowNanos) {
    for (EgressSlot slot : participant.slots().values()) {
      TrackId id = plan.get(slot.mid());
      show(participant, slot, id == null ? null : candidates.find(id), nowNanos);
      tellAvailability(participant, slot, nowNanos);
    }
  }

  private void tellAvailability(Participant participant, EgressSlot slot, long nowNanos) {
    PublishedTrack track = participant.shownIn(slot);
    if (track == null) {
      return;
    }
    boolean decodable = !slot.undecodable() && shareCodec(track.section(), slot.section());
    if (!decodable) {
      forwarder.stopShowing(slot);
    }
    RoomEvent.UnavailableReason reason = participant.downlink().pause(slot, track);
    if (!decodable) {
      reason = RoomEvent.UnavailableReason.CODEC;
    } else if (reason == null && track.resuming(nowNanos)) {
      reason = RoomEvent.UnavailableReason.RESUMING;
    }
    if (participant.setAvailability(track.id(), reason)) {
      audience.tell(participant, new RoomEvent.TrackAvailability(track.id(), reason));
    }
  }

  private static boolean shareCodec(NegotiatedSection sent, NegotiatedSection received) {
    for (NegotiatedCodec codec : sent.codecs()) {
      if (EgressSlot.codecFor(received, codec.parameters()) != null) {
        return true;
      }
    }
    return false;
  }

  private void show(
      Participant participant, EgressSlot slot, @Nullable PublishedTrack track, long nowNanos) {
    if (participant.shownIn(slot) == track) {
      return;
    }
    participant.show(slot, track);
    if (track == null) {
      forwarder.unsubscribe(slot);
    } else {
      point(participant, slot, track, nowNanos);
    }
    audience.tell(
        participant, new RoomEvent.SlotAssigned(slot.mid(), track == null ? null : track.info()));
  }

  private void point(
      Participant participant, EgressSlot slot, PublishedTrack track, long nowNanos) {
    layers.point(participant, slot, track, participant.limits(slot), nowNanos);
  }
}
