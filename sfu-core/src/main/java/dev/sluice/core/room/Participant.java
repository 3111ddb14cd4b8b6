package dev.sluice.core.room;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent.UnavailableReason;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriptionRule;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.peer.PeerSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Someone in a room: who it is, what it publishes, its slots. Holds, decides nothing. Owner: the
 * room's worker.
 */
final class Participant {
  private static final int MAX_RULES = 256;

  private final RoomCommand.Join join;
  private final PeerSession peer;
  private final PublisherClock clock;

  /** By mid, in publishing order. */
  private final Map<String, PublishedTrack> tracks = new LinkedHashMap<>();

  /** By mid, in m-line order. */
  private final Map<String, EgressSlot> slots = new LinkedHashMap<>();

  /** Slots whose m-lines do not receive now, by mid: their numbers must go on, not begin anew. */
  private final Map<String, EgressSlot> idleSlots = new HashMap<>();

  /** What each slot shows, by the slot's mid. */
  private final Map<String, PublishedTrack> shown = new HashMap<>();

  /** Those of the tracks in {@link #shown} of which it was told that it gets no media. */
  private final Map<TrackId, UnavailableReason> unavailable = new HashMap<>();

  private final DownlinkShares downlink = new DownlinkShares();
  private final UplinkRate uplink = new UplinkRate();
  private long negotiation;
  private Standing standing;
  private ParticipantCaps roomCaps = ParticipantCaps.NONE;

  /** What the server has laid down for single tracks. */
  private final Map<TrackId, SubscriptionRule> rules = new LinkedHashMap<>();

  private String onlyTrack = "";
  private String onlyPublisher = "";
  private SubscriberView ownView = SubscriberView.AUTOMATIC;
  private SubscriberView view = SubscriberView.AUTOMATIC;
  private boolean seesAll = true;
  private @Nullable SlotCounts wantedSlots;
  private boolean mediaConnected;

  Participant(RoomCommand.Join join, PeerSession peer) {
    this.join = join;
    this.peer = peer;
    this.clock = new PublisherClock();
    standing = join.standing();
  }

  /**
   * The same participant in another room: who it is, its peer connection and its slots are the
   * same; it publishes nothing yet, and nothing that names what was in the room before is left.
   */
  Participant(Participant before) {
    join = before.join;
    peer = before.peer;
    clock = before.clock;
    standing = before.standing;
    slots.putAll(before.slots);
    idleSlots.putAll(before.idleSlots);
    negotiation = before.negotiation;
    mediaConnected = before.mediaConnected;
    setView(before.ownView.withoutTracks());
  }

  /** What another room has to know of it. */
  Passport passport(RoomId other) {
    RoomCommand.Join there =
        new RoomCommand.Join(
            other,
            join.participant(),
            join.identity(),
            join.name(),
            standing,
            join.mostSlots(),
            join.listener());
    boolean plain = tracks.values().stream().anyMatch(track -> !track.encrypted());
    return new Passport(there, !tracks.isEmpty(), plain);
  }

  ParticipantId id() {
    return join.participant();
  }

  String identity() {
    return join.identity();
  }

  Grants grants() {
    return standing.grants();
  }

  Standing standing() {
    return standing;
  }

  void setStanding(Standing updated) {
    standing = updated;
  }

  /** What the room caps where the participant has no cap of its own. */
  void setRoomCaps(ParticipantCaps caps) {
    roomCaps = caps;
  }

  /** Its own caps, or where it has none those of the room. */
  ParticipantCaps caps() {
    return standing.caps().orElse(roomCaps);
  }

  /** How much it sends, against what it may. */
  UplinkRate uplink() {
    return uplink;
  }

  /** Lays down what it gets of a track; only of so many tracks at a time. */
  void setRule(TrackId track, SubscriptionRule rule) {
    rules.remove(track);
    if (!rule.equals(SubscriptionRule.NONE)) {
      rules.put(track, rule);
    }
    if (rules.size() > MAX_RULES) {
      rules.remove(rules.keySet().iterator().next());
    }
    view = withRules(ownView);
  }

  private SubscriptionRule rule(TrackId track) {
    return rules.getOrDefault(track, SubscriptionRule.NONE);
  }

  RoomEventListener listener() {
    return join.listener();
  }

  PeerSession peer() {
    return peer;
  }

  /** What its path carries, and which slot gets how much of it. */
  DownlinkShares downlink() {
    return downlink;
  }

  PublisherClock clock() {
    return clock;
  }

  Map<String, PublishedTrack> tracks() {
    return tracks;
  }

  Map<String, EgressSlot> slots() {
    return slots;
  }

  Map<String, EgressSlot> idleSlots() {
    return idleSlots;
  }

  @Nullable PublishedTrack shownIn(EgressSlot slot) {
    return shown.get(slot.mid());
  }

  void show(EgressSlot slot, @Nullable PublishedTrack track) {
    PublishedTrack before = track == null ? shown.remove(slot.mid()) : shown.put(slot.mid(), track);
    if (before != null) {
      unavailable.remove(before.id());
    }
  }

  /** Notes why it gets no media of a track, or null; false when that is what was said last. */
  boolean setAvailability(TrackId track, @Nullable UnavailableReason reason) {
    UnavailableReason before =
        reason == null ? unavailable.remove(track) : unavailable.put(track, reason);
    return before != reason;
  }

  long negotiation() {
    return negotiation;
  }

  void setNegotiation(long number) {
    negotiation = number;
  }

  void narrow(String track, String publisher) {
    onlyTrack = track;
    onlyPublisher = publisher;
  }

  /** Whether this participant may be shown a track of another one. */
  boolean mayHave(PublishedTrack track, Participant publisher) {
    return grants().subscribe()
        && publisher != this
        && !publisher.grants().hidden()
        && track.isFor(id())
        && rule(track.id()).allowance() != SubscriptionRule.Allowance.UNSUBSCRIBED
        && (onlyTrack.isEmpty() || onlyTrack.equals(track.id().value()))
        && (onlyPublisher.isEmpty()
            || onlyPublisher.equals(publisher.id().value())
            || onlyPublisher.equals(publisher.identity()));
  }

  /** What it wants to see and hear, and what it is made to. */
  SubscriberView view() {
    return view;
  }

  void setView(SubscriberView newView) {
    ownView = newView;
    view = withRules(newView);
  }

  private SubscriberView withRules(SubscriberView own) {
    List<TrackId> first = new ArrayList<>();
    rules.forEach(
        (track, rule) -> {
          if (rule.allowance() == SubscriptionRule.Allowance.SUBSCRIBED) {
            first.add(track);
          }
        });
    if (first.isEmpty()) {
      return own;
    }
    Set<TrackId> unsubscribed = new HashSet<>(own.unsubscribed());
    first.forEach(unsubscribed::remove);
    own.pinned().stream().filter(track -> !first.contains(track)).forEach(first::add);
    return own.with(first, unsubscribed);
  }

  /** The most that is of use in a slot, or that it may have there. */
  SlotLimits limits(EgressSlot slot) {
    PublishedTrack track = shown.get(slot.mid());
    SlotLimits wished = view.limits(slot.mid());
    SlotLimits cap = caps().picture();
    return track == null ? wished.within(cap) : wished.within(cap).within(rule(track.id()).cap());
  }

  /** Whether each track that it wants has a slot, so that it does not matter who speaks. */
  boolean seesAll() {
    return seesAll;
  }

  void setSeesAll(boolean all) {
    seesAll = all;
  }

  /** It is never asked for more slots. */
  SlotCounts mostSlots() {
    return join.mostSlots();
  }

  /** Notes how many slots it could use; false when that is what was said last. */
  boolean setWantedSlots(SlotCounts wanted) {
    boolean changed = !wanted.equals(wantedSlots);
    wantedSlots = wanted;
    return changed;
  }

  boolean mediaConnected() {
    return mediaConnected;
  }

  void setMediaConnected(boolean connected) {
    mediaConnected = connected;
  }

  ParticipantInfo info() {
    List<TrackInfo> infos = new ArrayList<>();
    tracks.values().forEach(track -> infos.add(track.info()));
    return new ParticipantInfo(id(), join.identity(), join.name(), infos, standing);
  }
}
