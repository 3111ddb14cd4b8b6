package dev.sluice.core.sdp;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One m-line after offer and answer, from the server's point of view. Rejected m-lines and {@code
 * m=application} have no section.
 *
 * @param mid RFC 8843 identification tag, unique in the session
 * @param kind audio or video
 * @param codecs agreed codecs in the client's order, never empty
 * @param receiveExtensions extension to id, for packets from the client
 * @param sendExtensions extension to id, for packets to the client
 * @param incoming what the client publishes here, or null where it does not send
 * @param slot the outgoing stream that the client receives here, or null where it does not receive
 * @param reducedSizeRtcp RFC 5506 agreed
 */
public record NegotiatedSection(
    String mid,
    MediaKind kind,
    List<NegotiatedCodec> codecs,
    Map<HeaderExtension, Integer> receiveExtensions,
    Map<HeaderExtension, Integer> sendExtensions,
    @Nullable Incoming incoming,
    @Nullable Slot slot,
    boolean reducedSizeRtcp) {

  public NegotiatedSection {
    codecs = List.copyOf(codecs);
    receiveExtensions = Map.copyOf(receiveExtensions);
    sendExtensions = Map.copyOf(sendExtensions);
  }

  /**
   * What the offer says of the stream or streams that the client sends.
   *
   * @param rids simulcast stream ids in the order of {@code a=simulcast} (alternatives flattened,
   *     paused ones included), or empty without simulcast
   * @param streams SSRCs that the offer signals, in order; empty with rid-based simulcast
   * @param msid stream id of {@code a=msid}, or null
   */
  public record Incoming(List<String> rids, List<SignalledStream> streams, @Nullable String msid) {
    public Incoming {
      rids = List.copyOf(rids);
      streams = List.copyOf(streams);
    }
  }

  /**
   * A signalled SSRC and its retransmission SSRC.
   *
   * @param ssrc unsigned 32 bits
   * @param rtxSsrc from {@code a=ssrc-group:FID}, or -1
   */
  public record SignalledStream(long ssrc, long rtxSsrc) {}

  /**
   * The outgoing stream of a receive m-line; it keeps these numbers for the life of the session.
   *
   * @param ssrc unsigned 32 bits
   * @param rtxSsrc unsigned 32 bits, used where a codec has an RTX payload type
   * @param pairIndex the n-th slot of its kind; the audio and the video slot of one index share
   *     their msid, so that a browser keeps them in sync
   */
  public record Slot(long ssrc, long rtxSsrc, int pairIndex) {}
}
