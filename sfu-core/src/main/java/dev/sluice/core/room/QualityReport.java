package dev.sluice.core.room;

import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.SlotReception;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.sdp.NegotiatedCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a participant's media fares from where it is counted. Asked by operators, a few times a
 * second at most: it allocates. Owner: the room's worker.
 */
final class QualityReport {
  private static final double NANOS_PER_SECOND = 1e9;

  private QualityReport() {}

  static QualityInfo of(Participant participant, Forwarder forwarder, long nowNanos) {
    PeerSession peer = participant.peer();
    List<QualityInfo.Received> received = new ArrayList<>();
    for (PublishedTrack track : participant.tracks().values()) {
      for (IngressStream stream : track.streams()) {
        received.add(received(track, stream, nowNanos));
      }
    }
    List<QualityInfo.Sent> sent = new ArrayList<>();
    for (EgressSlot slot : participant.slots().values()) {
      PublishedTrack track = participant.shownIn(slot);
      if (track != null && slot.active()) {
        sent.add(sent(slot, track, forwarder.stream(slot.currentStreamId()), nowNanos));
      }
    }
    return new QualityInfo(
        peer.lastRoundTripNanos(),
        peer.egress().congestion().estimator().estimateBps(nowNanos),
        peer.packetsReceived(),
        peer.bytesReceived(),
        peer.egress().packetsSent(),
        peer.egress().bytesSent(),
        null,
        received,
        sent);
  }

  private static QualityInfo.Received received(
      PublishedTrack track, IngressStream stream, long nowNanos) {
    NegotiatedCodec codec = stream.codec();
    int clockRateHz = codec == null ? 0 : codec.parameters().clockRateHz();
    return new QualityInfo.Received(
        track.id(),
        track.section().kind(),
        stream.rid(),
        codec == null ? "" : codec.parameters().codec().encodingName(),
        stream.packets(),
        stream.bytes(),
        stream.reception().cumulativeLost(),
        nanos(stream.reception().jitterTicks(), clockRateHz),
        stream.alive(nowNanos),
        picture(stream, Integer.MAX_VALUE, Integer.MAX_VALUE, nowNanos));
  }

  private static QualityInfo.Sent sent(
      EgressSlot slot, PublishedTrack track, @Nullable IngressStream stream, long nowNanos) {
    SlotReception reception = slot.reception();
    return new QualityInfo.Sent(
        slot.mid(),
        track.id(),
        track.section().kind(),
        slot.packetsSent(),
        slot.octetsSent(),
        slot.resent(),
        reception.reported() ? reception.cumulativeLost() : QualityInfo.UNKNOWN,
        reception.lossShare(),
        reception.reported()
            ? nanos(reception.jitterTicks(), slot.clockRateHz())
            : QualityInfo.UNKNOWN,
        reception.freezes(),
        reception.frozenNanos(),
        stream != null && !track.info().muted() && reception.frozen(nowNanos),
        stream == null
            ? null
            : picture(stream, slot.maxSpatialId(), slot.maxTemporalId(), nowNanos));
  }

  private static long nanos(long ticks, int clockRateHz) {
    return clockRateHz == 0
        ? QualityInfo.UNKNOWN
        : Math.round(ticks * NANOS_PER_SECOND / clockRateHz);
  }

  private static QualityInfo.@Nullable Picture picture(
      IngressStream stream, int maxSpatialId, int maxTemporalId, long nowNanos) {
    if (stream.track().section().kind() != MediaKind.VIDEO) {
      return null;
    }
    int spatialId = Math.min(maxSpatialId, stream.layers().highestSpatialId(nowNanos));
    int temporalId = Math.min(maxTemporalId, stream.layers().highestTemporalId(nowNanos));
    return new QualityInfo.Picture(
        stream.sizes().width(spatialId),
        stream.sizes().height(spatialId),
        stream.layers().framesPerSecond(temporalId, nowNanos),
        stream.layers().bitrateBps(spatialId, temporalId, nowNanos));
  }
}
