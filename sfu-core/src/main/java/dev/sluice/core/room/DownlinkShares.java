package dev.sluice.core.room;

import dev.sluice.core.bandwidth.AllocationPlan;
import dev.sluice.core.bandwidth.BandwidthAllocator;
import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.CongestionEvidence;
import dev.sluice.core.bandwidth.Decision;
import dev.sluice.core.bandwidth.DecisionLog;
import dev.sluice.core.bandwidth.LayerRate;
import dev.sluice.core.bandwidth.SlotDemand;
import dev.sluice.core.bandwidth.SlotPlan;
import dev.sluice.core.bandwidth.SlotPriority;
import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.RoomEvent.UnavailableReason;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.selection.LayerOption;
import dev.sluice.core.selection.LayerSelector;
import dev.sluice.core.selection.LayerTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one subscriber's path is shared among the videos in its slots, and why: carries the path's
 * estimate to the {@link BandwidthAllocator}, keeps its plan, and tells the path what more would be
 * of use. Audio comes first and is not asked.
 *
 * <p>Owner: the room's worker. Rates in bit/s. Allocates: it runs twice a second per subscriber.
 */
final class DownlinkShares {
  /** What a voice needs with all headers, whether it speaks now or not. */
  private static final long AUDIO_BPS = 50_000;

  /** Each packet carries, beside what its publisher sent, IP, UDP, a tag and extensions. */
  private static final int ADDED_BYTES = 50;

  private static final double PACKET_BYTES = 1_000;

  /** Some packets are sent again. */
  private static final double REPAIR_FACTOR = 1.03;

  /** A layer that is shown may cost a little more than planned before it is left. */
  private static final double CAP_SHARE = 0.95;

  /**
   * A layer for which there is no room is kept at its publisher while the estimate is at least this
   * share of what it takes: far below what brings it back, so that it does not come and go.
   */
  private static final double NEARLY = 0.75;

  private final DecisionLog log = new DecisionLog();
  private final Map<Integer, Offer> offers = new HashMap<>();
  private AllocationPlan plan = AllocationPlan.NONE;

  /** What the plan was made for. */
  private long estimateBps = BandwidthEstimator.UNKNOWN;

  private boolean full;

  /** Whether the plan is bounded by what the subscriber may be sent, not by its path. */
  private boolean capped;

  /** What a slot could show when the plan was made. */
  private record Offer(PublishedTrack track, List<LayerOption> ladder) {
    private static final int NOWHERE = -1;

    int indexOf(int key) {
      for (int i = 0; i < ladder.size(); i++) {
        if (ladder.get(i).key() == key) {
          return i;
        }
      }
      return NOWHERE;
    }

    LayerOption rung(int index) {
      return ladder.get(index);
    }

    IngressStream stream(int index) {
      return ladder.get(index).target().stream();
    }

    /** The next rung upwards (1) or downwards (-1) that is of another stream, or nowhere. */
    int neighbour(int index, int step) {
      int next = index + step;
      while (index >= 0 && next >= 0 && next < ladder.size() && stream(next) == stream(index)) {
        next += step;
      }
      return next >= 0 && next < ladder.size() ? next : NOWHERE;
    }
  }

  /** Makes a new plan. */
  void update(Participant participant, Voices voices, long nowNanos) {
    CongestionController congestion = participant.peer().egress().congestion();
    BandwidthEstimator estimator = congestion.estimator();
    AllocationPlan before = planOfWhatStays(participant);
    offers.clear();
    List<SlotDemand> demands = new ArrayList<>();
    long audioBps = 0;
    for (EgressSlot slot : participant.slots().values()) {
      PublishedTrack track = participant.shownIn(slot);
      if (track == null || !slot.active()) {
        continue;
      }
      if (!slot.isVideo()) {
        audioBps += AUDIO_BPS;
      } else {
        demands.add(demand(participant, slot, track, voices, nowNanos));
      }
    }
    estimateBps = estimator.estimateBps(nowNanos);
    CongestionEvidence evidence = estimator.evidence(nowNanos);
    full = evidence != CongestionEvidence.NONE;
    long capBps = participant.caps().videoBitrateBps();
    long ceilingBps = capBps == 0 ? Long.MAX_VALUE : audioBps + Math.round(capBps * CAP_SHARE);
    capped = capBps > 0 && (estimateBps < 0 || estimateBps > ceilingBps);
    AllocationPlan shared =
        BandwidthAllocator.allocate(
            capped ? ceilingBps : estimateBps,
            capped ? CongestionEvidence.FELT : evidence,
            audioBps,
            demands,
            before,
            nowNanos);
    plan = capped ? becauseOfCap(shared) : shared;
    log.handlePlan(before, plan, estimator, nowNanos);
    boolean shows = plan.slots().stream().anyMatch(slot -> !slot.paused());
    // A step up needs room to spare: more than what will be sent then.
    long useful = Math.min(ceilingBps, Math.max(plan.wantedBps(), plan.upgradeBps()));
    // With audio alone there is nothing that more could be used for, and nothing to take back.
    congestion.setDemand(
        shows ? plan.allocatedBps() : 0,
        demands.isEmpty() ? 0 : useful,
        plan.upgradeBps() > ceilingBps ? 0 : plan.upgradeBps());
  }

  /** Where the path would carry more, it is the cap that forbids it. */
  private static AllocationPlan becauseOfCap(AllocationPlan plan) {
    List<SlotPlan> slots = new ArrayList<>();
    for (SlotPlan slot : plan.slots()) {
      slots.add(
          slot.cause() == AllocationCause.BANDWIDTH
              ? new SlotPlan(
                  slot.slot(),
                  slot.layer(),
                  slot.height(),
                  slot.bitrateBps(),
                  AllocationCause.CAPPED,
                  slot.upgradedNanos(),
                  slot.notBeforeNanos(),
                  slot.holdNanos())
              : slot);
    }
    return new AllocationPlan(slots, plan.allocatedBps(), plan.wantedBps(), plan.upgradeBps());
  }

  /** Whether the plan knows what a slot shows; else it is too new. */
  boolean covers(EgressSlot slot, PublishedTrack track) {
    Offer offer = offers.get(slot.ssrc());
    return offer != null && offer.track() == track && !offer.ladder().isEmpty();
  }

  /**
   * What a slot gets that the plan {@link #covers}; null when it is paused. As long as its layer is
   * suspended, that is the best one below it that comes.
   */
  @Nullable LayerTarget target(EgressSlot slot, long nowNanos) {
    SlotPlan share = plan.slot(slot.ssrc());
    Offer offer = offers.get(slot.ssrc());
    int planned = share == null || offer == null ? Offer.NOWHERE : offer.indexOf(share.layer());
    if (offer == null || planned < 0) {
      return null;
    }
    int index = planned;
    while (index > 0 && !offer.stream(index).alive(nowNanos)) {
      index--;
    }
    return offer.rung(offer.stream(index).alive(nowNanos) ? index : planned).target();
  }

  /**
   * The streams that a slot has use for now: that of the layer which is planned for it; and as long
   * as nothing shows that the path is full that of the best one it could use, to which the estimate
   * has yet to grow.
   */
  Set<IngressStream> chosen(EgressSlot slot) {
    SlotPlan share = plan.slot(slot.ssrc());
    Offer offer = offers.get(slot.ssrc());
    Set<IngressStream> chosen = new LinkedHashSet<>();
    int planned = share == null || offer == null ? Offer.NOWHERE : offer.indexOf(share.layer());
    if (offer != null && planned >= 0) {
      chosen.add(offer.stream(planned));
    }
    if (offer != null && !offer.ladder().isEmpty() && !full && !capped) {
      chosen.add(offer.stream(offer.ladder().size() - 1));
    }
    return chosen;
  }

  /**
   * Says of which streams this subscriber has need: those that are {@link #chosen} for its slots,
   * and those that still are shown; on a full path also the next one up, if the path nearly carries
   * it, and the next one down, which may be needed soon.
   */
  void noteWanted(Participant participant, long nowNanos) {
    for (EgressSlot slot : participant.slots().values()) {
      Offer offer = offers.get(slot.ssrc());
      SlotPlan share = plan.slot(slot.ssrc());
      if (offer == null || share == null || offer.track() != participant.shownIn(slot)) {
        continue;
      }
      Set<IngressStream> wanted = chosen(slot);
      for (IngressStream stream : offer.track().streams()) {
        if (stream.id() == slot.currentStreamId()) {
          wanted.add(stream);
        }
      }
      int planned = offer.indexOf(share.layer());
      int up = offer.neighbour(planned, 1);
      int down = offer.neighbour(planned, -1);
      if (full && !capped && up >= 0) {
        long neededBps = plan.allocatedBps() - share.bitrateBps() + pathBps(offer.rung(up));
        if (estimateBps >= NEARLY * neededBps) {
          wanted.add(offer.stream(up));
        }
      }
      if (full && !capped && down >= 0) {
        wanted.add(offer.stream(down));
      }
      wanted.forEach(stream -> stream.suspension().want(nowNanos));
    }
  }

  private static long pathBps(LayerOption rung) {
    // A picture is at least a packet: small layers are half headers.
    double packets = Math.max(rung.framesPerSecond(), rung.bitrateBps() / (8 * PACKET_BYTES));
    return Math.round(REPAIR_FACTOR * rung.bitrateBps() + 8 * ADDED_BYTES * packets);
  }

  /** Why a slot gets nothing of a track that could be had, or null. */
  @Nullable UnavailableReason pause(EgressSlot slot, PublishedTrack track) {
    SlotPlan share = plan.slot(slot.ssrc());
    if (share == null || !covers(slot, track) || !share.paused()) {
      return null;
    }
    return capped ? UnavailableReason.CAPPED : UnavailableReason.BANDWIDTH;
  }

  /** What is known, decided and was decided, for those who ask why. */
  DownlinkInfo info(Participant participant, long nowNanos) {
    CongestionController congestion = participant.peer().egress().congestion();
    BandwidthEstimator estimator = congestion.estimator();
    Map<Integer, String> mids = new HashMap<>();
    List<DownlinkInfo.Share> shares = new ArrayList<>();
    for (EgressSlot slot : participant.slots().values()) {
      mids.put(slot.ssrc(), slot.mid());
      SlotPlan share = plan.slot(slot.ssrc());
      PublishedTrack track = participant.shownIn(slot);
      if (share != null && track != null) {
        shares.add(
            new DownlinkInfo.Share(
                slot.mid(), track.id(), share.height(), share.bitrateBps(), share.cause()));
      }
    }
    List<DownlinkInfo.Change> changes = new ArrayList<>();
    for (Decision decision : log.decisions()) {
      changes.add(change(decision, mids.getOrDefault(decision.slot(), ""), nowNanos));
    }
    return new DownlinkInfo(
        estimator.estimateBps(nowNanos),
        estimator.reason(nowNanos),
        estimator.congestionSeen(nowNanos),
        estimator.lossShare(),
        estimator.queueDelayNanos(),
        participant.peer().roundTripNanos(),
        plan.allocatedBps(),
        plan.wantedBps(),
        congestion.sentBytes(),
        congestion.paddingBytes(),
        shares,
        changes);
  }

  private static DownlinkInfo.Change change(Decision decision, String mid, long nowNanos) {
    return new DownlinkInfo.Change(
        nowNanos - decision.atNanos(),
        mid,
        decision.fromHeight(),
        decision.toHeight(),
        decision.bitrateBps(),
        decision.cause(),
        decision.reason(),
        decision.estimateBps(),
        decision.lossShare(),
        decision.queueDelayNanos(),
        decision.targetBps());
  }

  private AllocationPlan planOfWhatStays(Participant participant) {
    List<SlotPlan> stay = new ArrayList<>();
    for (EgressSlot slot : participant.slots().values()) {
      SlotPlan share = plan.slot(slot.ssrc());
      Offer offer = offers.get(slot.ssrc());
      if (share != null && offer != null && offer.track() == participant.shownIn(slot)) {
        stay.add(share);
      }
    }
    return new AllocationPlan(stay, plan.allocatedBps(), plan.wantedBps(), plan.upgradeBps());
  }

  private SlotDemand demand(
      Participant participant,
      EgressSlot slot,
      PublishedTrack track,
      Voices voices,
      long nowNanos) {
    List<LayerOption> ladder =
        LayerSelector.ladder(track.streams(), participant.limits(slot), nowNanos);
    offers.put(slot.ssrc(), new Offer(track, ladder));
    List<LayerRate> rates = new ArrayList<>();
    for (LayerOption rung : ladder) {
      rates.add(new LayerRate(rung.key(), rung.height(), pathBps(rung)));
    }
    return new SlotDemand(
        slot.ssrc(),
        priority(participant, slot, track, voices),
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        rates);
  }

  private static SlotPriority priority(
      Participant participant, EgressSlot slot, PublishedTrack track, Voices voices) {
    if (track.info().source() == TrackSource.SCREEN) {
      return SlotPriority.SCREEN;
    }
    if (voices.placeOf(track) == 0) {
      return SlotPriority.SPEAKER;
    }
    boolean chosen =
        participant.view().pinned().contains(track.id()) || participant.view().binds(slot.mid());
    return chosen ? SlotPriority.PINNED : SlotPriority.OTHER;
  }
}
