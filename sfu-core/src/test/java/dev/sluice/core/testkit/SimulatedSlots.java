package dev.sluice.core.testkit;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.SenderReport;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.Rtx;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.time.MediaClock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Where a simulated peer receives: its slots by mid and by SSRC, of which the odd ones repair the
 * even ones before them. Knows what has come, and so what to report and to ask for.
 */
final class SimulatedSlots {
  private final ParticipantId id;
  private final int number;
  private final Map<String, ReceivedStream> slots = new TreeMap<>();
  private final Map<Integer, String> slotOfSsrc = new HashMap<>();
  private final TransportFeedbackRecorder arrivals = new TransportFeedbackRecorder();
  private boolean reportsArrivals = true;
  private long retransmissionsReceived;
  private long paddingReceived;

  /** None yet, of the peer with this name and number. */
  SimulatedSlots(ParticipantId id, int number) {
    this.id = id;
    this.number = number;
  }

  /** Those of a plan that are not there yet. */
  void add(PeerPlan plan) {
    for (int i = 0; i < plan.audioSlots(); i++) {
      add("a" + i, MediaKind.AUDIO, i);
    }
    for (int i = 0; i < plan.videoSlots(); i++) {
      add("v" + i, MediaKind.VIDEO, i);
    }
  }

  private void add(String mid, MediaKind kind, int pairIndex) {
    slots.computeIfAbsent(mid, unknown -> new ReceivedStream(kind));
    int ssrc = (int) Agreement.slotSsrc(kind, pairIndex, number);
    slotOfSsrc.put(ssrc, mid);
    slotOfSsrc.put(ssrc + 1, mid);
  }

  void setReportsArrivals(boolean on) {
    reportsArrivals = on;
  }

  ReceivedStream slot(String mid) {
    return Objects.requireNonNull(slots.get(mid), mid);
  }

  Map<String, ReceivedStream> all() {
    return slots;
  }

  long retransmissionsReceived() {
    return retransmissionsReceived;
  }

  long paddingReceived() {
    return paddingReceived;
  }

  /** An RTP packet, decrypted. */
  void receive(byte[] plain, int length, long nowNanos) {
    int ssrc = RtpPacket.ssrc(plain, 0);
    String mid = slotOfSsrc.get(ssrc);
    if (mid == null) {
      throw new IllegalStateException(id + " got an SSRC that no slot has");
    }
    Integer transport = Agreement.extensionIds(number).get(HeaderExtension.TRANSPORT_SEQUENCE);
    long place = RtpPacket.findExtension(plain, 0, Objects.requireNonNull(transport));
    if (reportsArrivals) {
      arrivals.record(TransportSequence.read(plain, RtpPacket.extensionOffset(place)), nowNanos);
    }
    ReceivedStream stream = slot(mid);
    boolean retransmission = RtpPacket.payloadType(plain, 0) == Agreement.VP8.rtxPayloadType();
    if (!retransmission) {
      stream.handlePacket(plain, length, false, nowNanos);
      return;
    }
    if (RtpPacket.payloadLength(plain, 0, length) == 0) {
      paddingReceived++;
      return;
    }
    retransmissionsReceived++;
    if (!Rtx.restoreOriginal(plain, 0, length, Agreement.VP8.payloadType(), ssrc - 1)) {
      throw new IllegalStateException(id + " got an RTX packet without a number");
    }
    byte[] original = Arrays.copyOfRange(plain, Rtx.OVERHEAD, length);
    stream.handlePacket(original, original.length, true, nowNanos);
  }

  /** A sender report, where it begins. */
  void receiveReport(byte[] plain, int offset, long nowNanos) {
    String mid = slotOfSsrc.get(SenderReport.senderSsrc(plain, offset));
    long ntp = SenderReport.ntpTime(plain, offset);
    slot(Objects.requireNonNull(mid))
        .handleReport(
            ntp, SenderReport.rtpTimestamp(plain, offset), MediaClock.compactNtp(ntp), nowNanos);
  }

  /** Goes through the SSRCs of slots of video, with their mids. */
  void forEachVideo(BiConsumer<Integer, String> action) {
    slotOfSsrc.forEach(
        (ssrc, mid) -> {
          if ((ssrc & 1) == 0 && mid.startsWith("v")) {
            action.accept(ssrc, mid);
          }
        });
  }

  /** The SSRC of a slot. */
  int ssrc(String mid) {
    return slotOfSsrc.entrySet().stream()
        .filter(slot -> slot.getValue().equals(mid) && (slot.getKey() & 1) == 0)
        .mapToInt(Map.Entry::getKey)
        .findAny()
        .orElseThrow();
  }

  /** Has feedback sent on what has arrived since the last one, as much as there is. */
  void reportArrivals(Consumer<Consumer<RtcpWriter>> send) {
    while (reportsArrivals && arrivals.pending()) {
      send.accept(out -> out.transportFeedback(arrivals, 1, 2));
    }
  }

  /** The blocks of a receiver report. */
  void writeBlocks(RtcpWriter out, long nowNanos) {
    slotOfSsrc.forEach(
        (ssrc, mid) -> {
          ReceivedStream stream = slot(mid);
          if ((ssrc & 1) == 0 && stream.statistics().started()) {
            int delay =
                stream.lastSrCompactNtp() == 0
                    ? 0
                    : MediaClock.compactOfNanos(nowNanos - stream.lastSrArrivalNanos());
            out.reportBlock(stream.statistics(), ssrc, stream.lastSrCompactNtp(), delay);
          }
        });
  }
}
