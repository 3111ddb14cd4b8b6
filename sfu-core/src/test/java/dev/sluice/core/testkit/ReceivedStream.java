package dev.sluice.core.testkit;

import dev.sluice.core.codec.RedPayload;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.ReceptionStatistics;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SequenceUnwrapper;
import dev.sluice.core.time.MediaClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated peer has received in one slot: every packet by its place in the stream, what was
 * missing and for how long. Asks for missing packets as a browser does.
 */
public final class ReceivedStream {
  private static final long REORDER_WAIT_NANOS = 10_000_000;
  private static final long RETRY_NANOS = 60_000_000;
  private static final long GIVE_UP_NANOS = 1_000_000_000;

  private final MediaKind kind;
  private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
  private final ReceptionStatistics statistics = new ReceptionStatistics();
  private final TreeMap<Long, Packet> packets = new TreeMap<>();
  private final TreeMap<Long, Gap> gaps = new TreeMap<>();
  private final List<Long> repairNanos = new ArrayList<>();
  private long firstPacketNanos = -1;
  private int lastSrCompactNtp;
  private long lastSrArrivalNanos;
  private long reportNtpTime;
  private long reportTimestamp = -1;
  private long reports;
  private long duplicates;
  private long bytes;
  private long abandoned;

  /** A packet as received. */
  public record Packet(
      long sequence,
      long timestamp,
      boolean marker,
      int csrc,
      boolean start,
      boolean keyframe,
      int pictureId,
      int tl0PicIdx,
      int temporalId,
      int width,
      long captureNanos,
      long arrivalNanos,
      int payloadType,
      int redundantBlocks) {}

  private record Gap(long sinceNanos, long dueNanos) {}

  ReceivedStream(MediaKind kind) {
    this.kind = kind;
  }

  void handlePacket(byte[] packet, int length, boolean retransmitted, long nowNanos) {
    long highest = unwrapper.last();
    long sequence = unwrapper.unwrap(RtpPacket.sequence(packet, 0));
    if (firstPacketNanos < 0) {
      firstPacketNanos = nowNanos;
    }
    if (packets.containsKey(sequence)) {
      duplicates++;
      return;
    }
    packets.put(sequence, read(packet, length, sequence, nowNanos));
    bytes += length;
    if (!retransmitted) {
      statistics.record(sequence, RtpPacket.timestamp(packet, 0), nowNanos, clockRateHz());
    }
    Gap gap = gaps.remove(sequence);
    if (gap != null) {
      repairNanos.add(nowNanos - gap.sinceNanos());
    }
    for (long lost = highest + 1; highest >= 0 && lost < sequence; lost++) {
      gaps.put(lost, new Gap(nowNanos, nowNanos + REORDER_WAIT_NANOS));
    }
  }

  void handleReport(long ntpTime, long timestamp, int compactNtp, long nowNanos) {
    reportNtpTime = ntpTime;
    reportTimestamp = timestamp;
    lastSrCompactNtp = compactNtp;
    lastSrArrivalNanos = nowNanos;
    reports++;
  }

  /** The numbers that are to be asked for now, ascending. */
  long[] takeMissing(long nowNanos) {
    List<Long> due = new ArrayList<>();
    for (Map.Entry<Long, Gap> entry : gaps.entrySet()) {
      if (entry.getValue().dueNanos() <= nowNanos) {
        due.add(entry.getKey());
        entry.setValue(new Gap(entry.getValue().sinceNanos(), nowNanos + RETRY_NANOS));
      }
    }
    return due.stream().mapToLong(Long::longValue).toArray();
  }

  /** Gives up what is too old; true when there was such a thing. */
  boolean abandonOld(long nowNanos) {
    boolean any = false;
    for (Iterator<Gap> each = gaps.values().iterator(); each.hasNext(); ) {
      if (nowNanos - each.next().sinceNanos() > GIVE_UP_NANOS) {
        each.remove();
        abandoned++;
        any = true;
      }
    }
    return any;
  }

  ReceptionStatistics statistics() {
    return statistics;
  }

  int lastSrCompactNtp() {
    return lastSrCompactNtp;
  }

  long lastSrArrivalNanos() {
    return lastSrArrivalNanos;
  }

  /** Sender reports that came. */
  public long reports() {
    return reports;
  }

  /** NTP time of the last sender report. */
  public long reportNtpTime() {
    return reportNtpTime;
  }

  /** RTP timestamp of the last sender report, or -1. */
  public long reportTimestamp() {
    return reportTimestamp;
  }

  /** All packets in the order of the stream. */
  public Collection<Packet> packets() {
    return packets.values();
  }

  /** The last packet in the order of the stream, or null. */
  public @Nullable Packet last() {
    return packets.isEmpty() ? null : packets.lastEntry().getValue();
  }

  /** The width of the last picture that says it, or 0. */
  public int lastWidth() {
    int width = 0;
    for (Packet packet : packets.values()) {
      width = packet.width() > 0 ? packet.width() : width;
    }
    return width;
  }

  /** The time that the last report gives to the last packet, less its instant of capture. */
  public long captureErrorNanos() {
    Packet packet = last();
    if (packet == null || reportTimestamp < 0) {
      throw new IllegalStateException("no packet or no report");
    }
    long ticks = (int) (packet.timestamp() - reportTimestamp);
    long reportNanos = MediaClock.nanosBetween(0, reportNtpTime);
    return reportNanos + ticks * 1_000_000 / clockRateHz() * 1000 - packet.captureNanos();
  }

  private int clockRateHz() {
    return kind == MediaKind.AUDIO ? 48_000 : 90_000;
  }

  /** When the first packet came, or -1. */
  public long firstPacketNanos() {
    return firstPacketNanos;
  }

  /** Packets that came twice under one number. */
  public long duplicates() {
    return duplicates;
  }

  /** Bytes of all its packets, as they were before encryption. */
  public long bytes() {
    return bytes;
  }

  /** Gaps that were closed. */
  public int repaired() {
    return repairNanos.size();
  }

  /** Gaps that were given up. */
  public long abandoned() {
    return abandoned;
  }

  /** Share of all gaps (but those still open) that were closed within a time. */
  public double repairedWithin(long limitNanos) {
    long inTime = repairNanos.stream().filter(nanos -> nanos <= limitNanos).count();
    long all = repairNanos.size() + abandoned;
    return all == 0 ? 1 : (double) inTime / all;
  }

  /** The tracks that were shown, by the number that names them. */
  public Set<Integer> sources() {
    Set<Integer> sources = new TreeSet<>();
    packets.values().forEach(packet -> sources.add(packet.csrc()));
    return sources;
  }

  /** Numbers between the first and the last packet that never came. */
  public long missing() {
    return packets.isEmpty() ? 0 : packets.lastKey() - packets.firstKey() + 1 - packets.size();
  }

  /** Whether it began with a keyframe, as it must where nothing was lost on the way. */
  public boolean beginsWithKeyframe() {
    Packet first = packets.isEmpty() ? null : packets.firstEntry().getValue();
    return kind == MediaKind.AUDIO || first == null || (first.start() && first.keyframe());
  }

  /**
   * Every place where the stream is not continuous, in words; empty for a good stream. Neighbours
   * are compared, so what the network lost for good is no fault.
   */
  public List<String> discontinuities() {
    List<String> faults = new ArrayList<>();
    Packet before = null;
    for (Packet packet : packets.values()) {
      if (isEmpty(packet)) {
        continue;
      }
      if (before != null) {
        compare(before, packet, faults);
      }
      before = packet;
    }
    return faults;
  }

  /** What fills the number of a packet that was left out too late: browsers take it as padding. */
  private boolean isEmpty(Packet packet) {
    return kind == MediaKind.VIDEO && packet.captureNanos() == 0;
  }

  private void compare(Packet before, Packet packet, List<String> faults) {
    long ticks = (int) (packet.timestamp() - before.timestamp());
    if (ticks < 0) {
      faults.add("timestamp runs backwards: " + before + " then " + packet);
    }
    if (packet.sequence() != before.sequence() + 1) {
      return;
    }
    if (kind == MediaKind.AUDIO) {
      if (ticks <= 0) {
        faults.add("timestamp stands still: " + before + " then " + packet);
      }
      return;
    }
    int pictures = packet.pictureId() - before.pictureId() & 0x7FFF;
    int baseLayers = packet.tl0PicIdx() - before.tl0PicIdx() & 0xFF;
    if (packet.start()) {
      boolean switches = packet.keyframe();
      if (!before.marker() && !switches) {
        faults.add(
            "a picture begins before the one before it has ended: " + before + " then " + packet);
      }
      if (pictures != 1 || baseLayers != (packet.temporalId() == 0 ? 1 : 0) || ticks == 0) {
        faults.add("a new picture is not the next one: " + before + " then " + packet);
      }
      if (packet.csrc() != before.csrc() && !switches) {
        faults.add("another source begins without a keyframe: " + before + " then " + packet);
      }
    } else if (pictures != 0 || baseLayers != 0 || ticks != 0 || before.marker()) {
      faults.add("a picture goes on under other numbers: " + before + " then " + packet);
    }
  }

  private Packet read(byte[] packet, int length, long sequence, long nowNanos) {
    int payload = RtpPacket.headerLength(packet, 0);
    int payloadType = RtpPacket.payloadType(packet, 0);
    int redundantBlocks = 0;
    if (payloadType == Agreement.RED.payloadType()
        || payloadType == Agreement.RED_109.payloadType()) {
      int size = RtpPacket.payloadLength(packet, 0, length);
      redundantBlocks = RedPayload.headersLength(packet, payload, size) / 4;
      payload = RedPayload.primaryOffset(packet, payload, size);
    }
    boolean video = kind == MediaKind.VIDEO && RtpPacket.payloadLength(packet, 0, length) > 30;
    boolean keyframe = video && MediaPayload.keyframe(packet, payload);
    long capture = 0;
    if (video) {
      capture = MediaPayload.vp8CaptureNanos(packet, payload);
    } else if (RtpPacket.payloadLength(packet, 0, length) > 9) {
      capture = MediaPayload.opusCaptureNanos(packet, payload);
    }
    return new Packet(
        sequence,
        RtpPacket.timestamp(packet, 0),
        RtpPacket.marker(packet, 0),
        RtpPacket.csrcCount(packet, 0) == 0 ? 0 : RtpPacket.csrc(packet, 0, 0),
        video && MediaPayload.startsPicture(packet, payload),
        keyframe,
        video ? MediaPayload.pictureId(packet, payload) : 0,
        video ? MediaPayload.tl0PicIdx(packet, payload) : 0,
        video ? MediaPayload.temporalId(packet, payload) : 0,
        keyframe ? MediaPayload.width(packet, payload) : 0,
        capture,
        nowNanos,
        payloadType,
        redundantBlocks);
  }
}
