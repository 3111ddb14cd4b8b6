package dev.sluice.core.srtp;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.IntMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Protects what the server sends to one peer: SRTP and SRTCP under one master key (RFC 3711 §3.3,
 * RFC 7714), all SSRCs. Owned by the thread that owns the peer.
 *
 * <p>No (key, SSRC, index) is ever encrypted twice: one keystream over two plaintexts gives both
 * away, and with GCM the authentication key too (RFC 7714 §13). This is the place where that is
 * enforced. An index that was used, or is so old that nobody knows, is refused before anything is
 * encrypted, whatever the layers above believe. For the same reason a stream is never forgotten:
 * forgetting would begin anew at rollover counter zero. So {@code maxStreams} bounds the SSRCs of
 * the whole session, and an outgoing stream keeps its SSRC for life.
 *
 * <p>Results are lengths, or negative for a drop: {@link #reason} says which.
 */
public final class SrtpSender {
  /** SRTCP indexes have 31 bits (RFC 3711 §3.4); behind the last one only new keys help. */
  private static final long RTCP_INDEX_LIMIT = 1L << 31;

  private final SrtpProfile profile;
  private final Function<SrtpCiphers, SrtpTransform> transforms;
  private final IntMap<IndexWindow> rtpWindows;
  private SrtpTransform transform;

  /** What leaves together is of one stream as a rule: its window is not looked for each time. */
  private int lastSsrc;

  private @Nullable IndexWindow lastWindow;

  /** One counter for all SSRCs, so no pair of SSRC and index can come twice. */
  private long nextRtcpIndex;

  /**
   * @param maxStreams how many SSRCs may be sent in the life of this sender
   */
  public SrtpSender(
      SrtpProfile profile,
      byte[] masterKey,
      byte[] masterSalt,
      SrtpCiphers ciphers,
      int maxStreams) {
    this.profile = profile;
    SessionKeys keys = SessionKeys.derive(profile, masterKey, masterSalt, ciphers);
    transforms = others -> SrtpTransform.sending(profile, keys, others);
    transform = transforms.apply(ciphers);
    rtpWindows = new IntMap<>(maxStreams);
  }

  SrtpSender(SrtpProfile profile, SrtpTransform transform, int maxStreams, long firstRtcpIndex) {
    this.profile = profile;
    this.transform = transform;
    transforms = others -> transform;
    rtpWindows = new IntMap<>(maxStreams);
    nextRtcpIndex = firstRtcpIndex;
  }

  /**
   * Goes on with other ciphers, those of the thread that owns the peer from now on: the same keys,
   * and the same memory of the indexes that were used.
   */
  public void moveTo(SrtpCiphers others) {
    transform = transforms.apply(others);
  }

  /** The reason behind a negative result of {@link #protectRtp} or {@link #protectRtcp}. */
  public static DropReason reason(int negativeResult) {
    return DropCode.reason(negativeResult);
  }

  /**
   * Encrypts one RTP packet. {@code out[outOffset..]} holds the RTP header and behind it {@code
   * prefixLength} octets of plaintext (a rewritten payload descriptor); the rest of the plaintext
   * is {@code payload[payloadOffset..]}, which is shared between subscribers, is not modified and
   * must not overlap the output. Prefix and payload are encrypted into {@code out} behind the
   * header, and the tag is appended.
   *
   * @return the length of the SRTP packet, or negative for a drop; after a drop {@code out} is as
   *     before
   */
  public int protectRtp(
      byte[] out,
      int outOffset,
      int headerLength,
      int prefixLength,
      byte[] payload,
      int payloadOffset,
      int payloadLength) {
    if (SrtpWire.rtpHeaderLength(out, outOffset, headerLength) != headerLength) {
      return DropCode.of(DropReason.MALFORMED);
    }
    int bodyLength = prefixLength + payloadLength;
    int protectedLength = headerLength + bodyLength + profile.rtpTagLength();
    if (protectedLength > out.length - outOffset) {
      return DropCode.of(DropReason.OVERSIZED);
    }
    int ssrc = SrtpWire.rtpSsrc(out, outOffset);
    int sequence = SrtpWire.rtpSequence(out, outOffset);
    IndexWindow window =
        ssrc == lastSsrc && lastWindow != null ? lastWindow : rtpWindows.find(ssrc);
    long index = window == null ? sequence : window.estimate(sequence);
    int refusal = refusal(window, index);
    if (refusal != 0) {
      return refusal;
    }
    if (window == null) {
      window = IndexWindow.open(rtpWindows, ssrc);
    }
    lastSsrc = ssrc;
    lastWindow = window;
    // Before the cipher runs: should it throw, the index counts as used.
    window.mark(index);
    transform.sealRtp(
        out, outOffset, headerLength, prefixLength, payload, payloadOffset, payloadLength, index);
    return protectedLength;
  }

  /**
   * Encrypts the compound RTCP packet {@code packet[offset..offset + length)} in place; room for
   * {@link SrtpProfile#rtcpOverhead} must follow it.
   *
   * @return the length of the SRTCP packet, or negative for a drop
   */
  public int protectRtcp(byte[] packet, int offset, int length) {
    if (length < SrtpWire.RTCP_CLEAR_LENGTH || !SrtpWire.isVersion2(packet, offset)) {
      return DropCode.of(DropReason.MALFORMED);
    }
    int protectedLength = length + profile.rtcpOverhead();
    if (protectedLength > packet.length - offset) {
      return DropCode.of(DropReason.OVERSIZED);
    }
    if (nextRtcpIndex >= RTCP_INDEX_LIMIT) {
      return DropCode.of(DropReason.INDEX_REUSED);
    }
    int index = (int) nextRtcpIndex++;
    transform.sealRtcp(packet, offset, length, index);
    return protectedLength;
  }

  /** The drop of a packet that must not be encrypted, or zero. */
  private int refusal(@Nullable IndexWindow window, long index) {
    if (window == null) {
      return rtpWindows.isFull() ? DropCode.of(DropReason.TOO_MANY_STREAMS) : 0;
    }
    return switch (window.check(index)) {
      case FRESH -> 0;
      case USED -> DropCode.of(DropReason.INDEX_REUSED);
      case TOO_OLD -> DropCode.of(DropReason.TOO_OLD);
    };
  }
}
