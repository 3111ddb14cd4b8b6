package dev.sluice.core.room;

import dev.sluice.core.bandwidth.AllocationPlan;
import dev.sluice.core.bandwidth.BandwidthAllocator;
import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.Decision;
import dev.sluice.core.bandwidth.DecisionLog;
import dev.sluice.core.bandwidth.LayerRate;
import dev.sluice.core.bandwidth.SlotDemand;
import dev.sluice.core.bandwidth.SlotPlan;
import dev.sluice.core.bandwidth.SlotPriority;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.selection.LayerOption;
import dev.sluice.core.selection.LayerSelector;
import dev.sluice.core.selection.LayerTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** The path carries headers, tags and retransmissions beside what publishers send. */
  private static final double PATH_SHARE = 1.08;

  private final DecisionLog log = new DecisionLog();
  private final Map<Integer, Offer> offers = new HashMap<>();
  private AllocationPlan plan = AllocationPlan.NONE;

  /** What a slot could show when the plan was made. */
  private record Offer(PublishedTrack track, List<LayerOption> ladder) {
    @Nullable LayerOption find(int key) {
      for (LayerOption rung : ladder) {
        if (rung.key() == key) {
          return rung;
        }
      }
      return null;
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
      if (slot.section().kind() == MediaKind.AUDIO) {
        audioBps += AUDIO_BPS;
      } else {
        demands.add(demand(participant, slot, track, voices, nowNanos));
      }
    }
    plan =
        BandwidthAllocator.allocate(
            estimator.estimateBps(nowNanos),
            estimator.congestionSeen(nowNanos),
            audioBps,
            demands,
            before,
            nowNanos);
    log.handlePlan(before, plan, estimator, nowNanos);
    boolean shows = plan.slots().stream().anyMatch(slot -> !slot.paused());
    // A step up needs room to spare: more than what will be sent then.
    long useful = Math.max(plan.wantedBps(), plan.upgradeBps());
    // With audio alone there is nothing that more could be used for, and nothing to take back.
    congestion.setDemand(
        shows ? plan.allocatedBps() : 0, demands.isEmpty() ? 0 : useful, plan.upgradeBps());
  }

  /** Whether the plan knows what a slot shows; else it is too new. */
  boolean covers(EgressSlot slot, PublishedTrack track) {
    Offer offer = offers.get(slot.ssrc());
    return offer != null && offer.track() == track && !offer.ladder().isEmpty();
  }

  /** What a slot gets that the plan {@link #covers}; null when it is paused. */
  @Nullable LayerTarget target(EgressSlot slot) {
    SlotPlan share = plan.slot(slot.ssrc());
    Offer offer = offers.get(slot.ssrc());
    LayerOption rung = share == null || offer == null ? null : offer.find(share.layer());
    return rung == null ? null : rung.target();
  }

  /** Whether a slot gets nothing of a track because the path does not carry it. */
  boolean pauses(EgressSlot slot, PublishedTrack track) {
    SlotPlan share = plan.slot(slot.ssrc());
    return share != null && covers(slot, track) && share.paused();
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
      long pathBps = Math.round(PATH_SHARE * rung.bitrateBps());
      rates.add(new LayerRate(rung.key(), rung.height(), pathBps));
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
