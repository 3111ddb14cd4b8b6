package dev.sluice.core.room;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.selection.SlotAssigner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Carries out who sees what: keeps each subscriber's slots in line with its negotiations, lets
 * {@link SlotAssigner} and {@link LayerAssignment} decide, points the slots at streams and tells
 * the subscribers. Owner: the room's worker.
 */
final class Subscriptions {
  /** Outgoing sequence numbers start somewhere in the first half, as RFC 3711 §3.3.1 wants it. */
  private static final int INITIAL_SEQUENCE_BOUND = 0x8000;

  private final Map<?, Participant> participants;
  private final Forwarder forwarder;
  private final LayerAssignment layers;
  private final ArrayDeque<Delivery> deliveries;

  Subscriptions(
      Map<?, Participant> participants, Forwarder forwarder, ArrayDeque<Delivery> deliveries) {
    this.participants = participants;
    this.forwarder = forwarder;
    layers = new LayerAssignment(forwarder);
    this.deliveries = deliveries;
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

  /** The first packet of a stream has come: slots that show its track can go over to it. */
  void handleStreamStarted(PublishedTrack track, long nowNanos) {
    for (Participant participant : participants.values()) {
      for (EgressSlot slot : participant.slots().values()) {
        if (participant.shownIn(slot) == track) {
          point(participant, slot, track, nowNanos);
        }
      }
    }
  }

  /** Layers may have come, grown or died. */
  void updateLayers(long nowNanos) {
    for (Participant participant : participants.values()) {
      for (EgressSlot slot : participant.slots().values()) {
        PublishedTrack track = participant.shownIn(slot);
        if (track != null && LayerAssignment.hasLayers(track)) {
          point(participant, slot, track, nowNanos);
        }
      }
    }
  }

  /** Assigns the slots of everyone anew. */
  void updateAll(long nowNanos) {
    for (Participant participant : participants.values()) {
      update(participant, nowNanos);
    }
  }

  /** Assigns the slots of one participant anew, and says how many it could use. */
  void update(Participant participant, long nowNanos) {
    Map<TrackId, PublishedTrack> available = new HashMap<>();
    List<SlotAssigner.TrackView> tracks = new ArrayList<>();
    int audio = 0;
    int video = 0;
    for (Participant publisher : participants.values()) {
      for (PublishedTrack track : publisher.tracks().values()) {
        if (participant.wants(track, publisher)) {
          available.put(track.id(), track);
          tracks.add(view(track, participant));
          audio += track.section().kind() == MediaKind.AUDIO ? 1 : 0;
          video += track.section().kind() == MediaKind.VIDEO ? 1 : 0;
        }
      }
    }
    tracks.sort((a, b) -> Long.compare(available(available, a), available(available, b)));
    Map<String, TrackId> plan = SlotAssigner.assign(slotViews(participant), tracks);
    audio = Math.max(audio, neededSlots(participant, MediaKind.AUDIO, tracks, plan));
    video = Math.max(video, neededSlots(participant, MediaKind.VIDEO, tracks, plan));
    if (participant.setWantedSlots(audio, video)) {
      deliver(participant, new RoomEvent.SlotsWanted(audio, video));
    }
    for (EgressSlot slot : participant.slots().values()) {
      TrackId id = plan.get(slot.mid());
      show(participant, slot, id == null ? null : available.get(id), nowNanos);
      tellAvailability(participant, slot);
    }
  }

  private static long available(Map<TrackId, PublishedTrack> tracks, SlotAssigner.TrackView view) {
    PublishedTrack track = tracks.get(view.id());
    return track == null ? Long.MAX_VALUE : track.csrc();
  }

  private static List<SlotAssigner.SlotView> slotViews(Participant participant) {
    List<SlotAssigner.SlotView> slots = new ArrayList<>();
    for (EgressSlot slot : participant.slots().values()) {
      if (slot.active()) {
        PublishedTrack shown = participant.shownIn(slot);
        slots.add(
            new SlotAssigner.SlotView(
                slot.mid(),
                slot.section().kind(),
                slot.pairIndex(),
                shown == null ? null : shown.id(),
                slot.clockRateHz()));
      }
    }
    return slots;
  }

  /**
   * With how many slots every track would have one. More than there are tracks when slots are free
   * that cannot take those which have none, because they have sent at another clock rate.
   */
  private static int neededSlots(
      Participant participant,
      MediaKind kind,
      List<SlotAssigner.TrackView> tracks,
      Map<String, TrackId> plan) {
    int waiting = 0;
    for (SlotAssigner.TrackView track : tracks) {
      waiting += track.kind() == kind && !plan.containsValue(track.id()) ? 1 : 0;
    }
    int active = 0;
    for (EgressSlot slot : participant.slots().values()) {
      active += slot.active() && slot.section().kind() == kind ? 1 : 0;
    }
    return waiting == 0 ? 0 : active + waiting;
  }

  private void tellAvailability(Participant participant, EgressSlot slot) {
    PublishedTrack track = participant.shownIn(slot);
    if (track == null) {
      return;
    }
    boolean decodable = !slot.undecodable() && shareCodec(track.section(), slot.section());
    if (!decodable) {
      forwarder.stopShowing(slot);
    }
    if (participant.setAvailable(track.id(), decodable)) {
      deliver(
          participant,
          new RoomEvent.TrackAvailability(
              track.id(), decodable ? null : RoomEvent.UnavailableReason.CODEC));
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
    deliver(
        participant, new RoomEvent.SlotAssigned(slot.mid(), track == null ? null : track.info()));
  }

  private void point(
      Participant participant, EgressSlot slot, PublishedTrack track, long nowNanos) {
    layers.point(participant, slot, track, SlotLimits.NONE, nowNanos);
  }

  private static SlotAssigner.TrackView view(PublishedTrack track, Participant viewer) {
    int clockRateHz = 0;
    for (IngressStream stream : track.streams()) {
      NegotiatedCodec codec = stream.codec();
      // For one that cannot decode it in any slot, another slot would change nothing.
      if (codec != null && decodes(viewer, codec)) {
        clockRateHz = codec.parameters().clockRateHz();
      }
    }
    return new SlotAssigner.TrackView(
        track.id(),
        track.participant(),
        track.section().kind(),
        track.info().source(),
        clockRateHz);
  }

  private static boolean decodes(Participant viewer, NegotiatedCodec codec) {
    for (EgressSlot slot : viewer.slots().values()) {
      if (EgressSlot.codecFor(slot.section(), codec.parameters()) != null) {
        return true;
      }
    }
    return false;
  }

  private void deliver(Participant participant, RoomEvent event) {
    deliveries.add(new Delivery(participant.listener(), event));
  }
}
