package dev.sluice.core.control;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one participant's media fares at one moment, both ways. A value for operators. Counts are
 * since the start of their stream; what is not known (yet) is -1.
 *
 * @param roundTripNanos as the participant's newest report says
 * @param estimateBps what the path to it carries
 * @param packetsReceived RTP and RTCP datagrams from it
 * @param bytesReceived of them
 * @param packetsSent RTP and RTCP datagrams to it
 * @param bytesSent of them
 * @param path on which its media runs, or null before a check has come
 * @param received what comes from it, one for each stream
 * @param sent what it is sent, one for each slot that shows something
 */
public record QualityInfo(
    long roundTripNanos,
    long estimateBps,
    long packetsReceived,
    long bytesReceived,
    long packetsSent,
    long bytesSent,
    @Nullable Path path,
    List<Received> received,
    List<Sent> sent) {
  /** A figure that is not known. */
  public static final long UNKNOWN = -1;

  /** Copies the lists. */
  public QualityInfo {
    received = List.copyOf(received);
    sent = List.copyOf(sent);
  }

  /** The same, on this path. */
  public QualityInfo on(@Nullable Path found) {
    return new QualityInfo(
        roundTripNanos,
        estimateBps,
        packetsReceived,
        bytesReceived,
        packetsSent,
        bytesSent,
        found,
        received,
        sent);
  }

  /**
   * The selected candidate pair.
   *
   * @param protocol udp or tcp
   * @param localAddress of the server, as it is bound
   * @param localPort of the server
   * @param remoteAddress of the client, as the server sees it
   * @param remotePort of the client
   */
  public record Path(
      String protocol, String localAddress, int localPort, String remoteAddress, int remotePort) {}

  /**
   * A picture: what is shown, or comes.
   *
   * @param width in pixels, 0 when nothing says it
   * @param height in pixels, 0 when nothing says it
   * @param framesPerSecond over the last one to two seconds
   * @param bitrateBps over the same time, headers included
   */
  public record Picture(int width, int height, double framesPerSecond, long bitrateBps) {}

  /**
   * One stream that comes from the participant.
   *
   * @param rid the simulcast layer, empty without simulcast
   * @param codec its name, empty before the first packet
   * @param packets received, repaired ones included
   * @param bytes of them
   * @param lost that did not come the first time, as its report blocks say
   * @param jitterNanos between arrivals (RFC 3550 §A.8)
   * @param alive whether packets come
   * @param picture null for audio
   */
  public record Received(
      TrackId track,
      MediaKind kind,
      String rid,
      String codec,
      long packets,
      long bytes,
      long lost,
      long jitterNanos,
      boolean alive,
      @Nullable Picture picture) {}

  /**
   * One stream that the participant is sent.
   *
   * @param mid of the m-line
   * @param track what it shows
   * @param packets sent, without those that were sent again
   * @param bytes of their payload
   * @param resent packets that were sent again
   * @param lost that have not come the first time, as the participant's reports say
   * @param lossShare of the last report, 0 to 1
   * @param jitterNanos between arrivals, as the participant's reports say
   * @param freezes how often its picture is held to have stood still
   * @param frozenNanos for how long in all
   * @param frozen whether it is held to stand still now
   * @param picture null for audio, and for a video that has not begun
   */
  public record Sent(
      String mid,
      TrackId track,
      MediaKind kind,
      long packets,
      long bytes,
      long resent,
      long lost,
      double lossShare,
      long jitterNanos,
      long freezes,
      long frozenNanos,
      boolean frozen,
      @Nullable Picture picture) {}
}
