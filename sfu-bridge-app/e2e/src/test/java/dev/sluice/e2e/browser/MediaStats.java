package dev.sluice.e2e.browser;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A browser's own statistics of the media that it receives and sends (W3C webrtc-stats). */
public record MediaStats(List<Inbound> inbound, List<Outbound> outbound) {
  /** One received RTP stream; counts are since its start. */
  public record Inbound(
      String key,
      String kind,
      long packetsReceived,
      long packetsLost,
      long retransmittedPacketsReceived,
      long nackCount,
      long pliCount,
      long framesDecoded,
      long freezeCount,
      double totalFreezesSeconds,
      double totalAudioEnergy) {}

  /** One sent RTP stream; counts are since its start. */
  public record Outbound(
      String key,
      String kind,
      long packetsSent,
      long retransmittedPacketsSent,
      long nackCount,
      long framesEncoded) {}

  /** The received streams of one kind. */
  public Stream<Inbound> inbound(String kind) {
    return inbound.stream().filter(stream -> stream.kind().equals(kind));
  }

  /** How many received videos have decoded at least so many frames. */
  public long videosWithFrames(long frames) {
    return inbound("video").filter(video -> video.framesDecoded() >= frames).count();
  }

  /**
   * By how much a figure of each received stream of a kind has grown since an earlier look. Streams
   * that are new since then, or that never carried anything, count from zero.
   */
  public List<Double> growthSince(
      MediaStats earlier, String kind, ToDoubleFunction<Inbound> figure) {
    Map<String, Double> before = new HashMap<>();
    earlier.inbound(kind).forEach(stream -> before.put(stream.key(), figure.applyAsDouble(stream)));
    return inbound(kind)
        .map(stream -> figure.applyAsDouble(stream) - before.getOrDefault(stream.key(), 0.0))
        .toList();
  }

  /** The largest growth of a figure among the streams of a kind. */
  public double largestGrowthSince(
      MediaStats earlier, String kind, ToDoubleFunction<Inbound> figure) {
    return growthSince(earlier, kind, figure).stream()
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }
}
