package dev.sluice.api.rest;

import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.media.MediaKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a participant's media fares, as administrators are told. Times in milliseconds, rates in
 * bit/s; null for what is not known (yet).
 *
 * @param roundTripMillis as the newest report says
 * @param estimateBps what the path to it carries
 * @param received what comes from it
 * @param sent what it is sent
 */
record QualityView(
    @Nullable Double roundTripMillis,
    @Nullable Long estimateBps,
    long packetsReceived,
    long bytesReceived,
    long packetsSent,
    long bytesSent,
    @Nullable Pair candidatePair,
    List<Received> received,
    List<Sent> sent) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double TENTHS = 10;
  private static final double HUNDREDTHS = 100;

  /**
   * The selected candidate pair.
   *
   * @param remoteNetwork of the client's address, which itself might tell who somebody is
   */
  record Pair(
      String protocol, String localAddress, int localPort, String remoteNetwork, int remotePort) {
    private static Pair of(QualityInfo.Path path) {
      return new Pair(
          path.protocol(),
          path.localAddress(),
          path.localPort(),
          RedactedAddress.of(path.remoteAddress()),
          path.remotePort());
    }
  }

  /** A picture that comes or is sent. */
  record Picture(int width, int height, double framesPerSecond, long bitrateBps) {
    private static @Nullable Picture of(QualityInfo.@Nullable Picture picture) {
      return picture == null
          ? null
          : new Picture(
              picture.width(),
              picture.height(),
              round(picture.framesPerSecond(), TENTHS),
              picture.bitrateBps());
    }
  }

  /** One stream that comes from the participant. */
  record Received(
      String track,
      String kind,
      String rid,
      String codec,
      long packets,
      long bytes,
      long lost,
      @Nullable Double jitterMillis,
      boolean alive,
      @Nullable Picture picture) {
    private static Received of(QualityInfo.Received stream) {
      return new Received(
          stream.track().value(),
          kindOf(stream.kind()),
          stream.rid(),
          stream.codec(),
          stream.packets(),
          stream.bytes(),
          stream.lost(),
          millis(stream.jitterNanos()),
          stream.alive(),
          Picture.of(stream.picture()));
    }
  }

  /** One stream that the participant is sent. */
  record Sent(
      String mid,
      String track,
      String kind,
      long packets,
      long bytes,
      long resent,
      @Nullable Long lost,
      double lossShare,
      @Nullable Double jitterMillis,
      long freezes,
      @Nullable Double frozenMillis,
      boolean frozen,
      @Nullable Picture picture) {
    private static Sent of(QualityInfo.Sent stream) {
      return new Sent(
          stream.mid(),
          stream.track().value(),
          kindOf(stream.kind()),
          stream.packets(),
          stream.bytes(),
          stream.resent(),
          stream.lost() == QualityInfo.UNKNOWN ? null : Long.valueOf(stream.lost()),
          round(stream.lossShare(), HUNDREDTHS),
          millis(stream.jitterNanos()),
          stream.freezes(),
          millis(stream.frozenNanos()),
          stream.frozen(),
          Picture.of(stream.picture()));
    }
  }

  static QualityView of(QualityInfo info) {
    QualityInfo.Path path = info.path();
    return new QualityView(
        millis(info.roundTripNanos()),
        info.estimateBps() < 0 ? null : Long.valueOf(info.estimateBps()),
        info.packetsReceived(),
        info.bytesReceived(),
        info.packetsSent(),
        info.bytesSent(),
        path == null ? null : Pair.of(path),
        info.received().stream().map(Received::of).toList(),
        info.sent().stream().map(Sent::of).toList());
  }

  private static String kindOf(MediaKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Double millis(long nanos) {
    return nanos < 0 ? null : Double.valueOf(round(nanos / NANOS_PER_MILLI, HUNDREDTHS));
  }

  private static double round(double value, double steps) {
    return Math.round(value * steps) / steps;
  }
}
