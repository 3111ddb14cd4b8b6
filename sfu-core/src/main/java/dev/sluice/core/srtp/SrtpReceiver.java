package dev.sluice.core.srtp;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.IntMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the protection off what one peer sends: SRTP and SRTCP under one master key (RFC 3711 §3.3,
 * RFC 7714), all SSRCs. Owned by the thread that owns the peer.
 *
 * <p>An SSRC gets state only by a packet that authenticated, and only such a packet moves a
 * rollover counter or a replay window; so nothing that an outsider sends changes anything. What the
 * cheap checks refuse (form, replay, number of streams) never reaches the cipher.
 *
 * <p>Results are lengths, or negative for a drop: {@link #reason} says which. The output needs room
 * for the plain packet. It may be the input at the same offset; after a drop its contents are
 * undefined.
 */
public final class SrtpReceiver {
  private final SrtpProfile profile;
  private final Function<SrtpCiphers, SrtpTransform> transforms;
  private final IntMap<IndexWindow> rtpWindows;
  private final IntMap<IndexWindow> rtcpWindows;
  private SrtpTransform transform;

  /**
   * @param maxStreams how many SSRCs may send RTP, and how many RTCP
   */
  public SrtpReceiver(
      SrtpProfile profile,
      byte[] masterKey,
      byte[] masterSalt,
      SrtpCiphers ciphers,
      int maxStreams) {
    this.profile = profile;
    SessionKeys keys = SessionKeys.derive(profile, masterKey, masterSalt, ciphers);
    transforms = others -> SrtpTransform.receiving(profile, keys, others);
    transform = transforms.apply(ciphers);
    rtpWindows = new IntMap<>(maxStreams);
    rtcpWindows = new IntMap<>(maxStreams);
  }

  SrtpReceiver(SrtpProfile profile, SrtpTransform transform, int maxStreams) {
    this.profile = profile;
    this.transform = transform;
    transforms = others -> transform;
    rtpWindows = new IntMap<>(maxStreams);
    rtcpWindows = new IntMap<>(maxStreams);
  }

  /**
   * Goes on with other ciphers, those of the thread that owns the peer from now on: the same keys,
   * counters and replay windows.
   */
  public void moveTo(SrtpCiphers others) {
    transform = transforms.apply(others);
  }

  /** The reason behind a negative result of {@link #unprotectRtp} or {@link #unprotectRtcp}. */
  public static DropReason reason(int negativeResult) {
    return DropCode.reason(negativeResult);
  }

  /**
   * Decrypts the SRTP packet {@code packet[offset..offset + length)} to {@code out[outOffset..]}:
   * the whole RTP packet, header and plaintext payload.
   *
   * @return the length of the RTP packet, or negative for a drop
   */
  public int unprotectRtp(byte[] packet, int offset, int length, byte[] out, int outOffset) {
    int headerLength = SrtpWire.rtpHeaderLength(packet, offset, length);
    int plainLength = length - profile.rtpTagLength();
    if (headerLength == SrtpWire.MALFORMED || headerLength > plainLength) {
      return DropCode.of(DropReason.MALFORMED);
    }
    if (plainLength > out.length - outOffset) {
      return DropCode.of(DropReason.OVERSIZED);
    }
    int ssrc = SrtpWire.rtpSsrc(packet, offset);
    int sequence = SrtpWire.rtpSequence(packet, offset);
    IndexWindow window = rtpWindows.find(ssrc);
    long index = window == null ? sequence : window.estimate(sequence);
    int refusal = refusal(rtpWindows, window, index);
    if (refusal != 0) {
      return refusal;
    }
    if (!transform.openRtp(packet, offset, length, headerLength, out, outOffset, index)) {
      return DropCode.of(DropReason.AUTHENTICATION_FAILED);
    }
    (window == null ? IndexWindow.open(rtpWindows, ssrc) : window).mark(index);
    return plainLength;
  }

  /**
   * Decrypts the SRTCP packet {@code packet[offset..offset + length)} to {@code out[outOffset..]}.
   * A packet without the E flag is authenticated all the same and copied (RFC 3711 §3.4).
   *
   * @return the length of the compound RTCP packet, or negative for a drop
   */
  public int unprotectRtcp(byte[] packet, int offset, int length, byte[] out, int outOffset) {
    int plainLength = length - profile.rtcpOverhead();
    if (plainLength < SrtpWire.RTCP_CLEAR_LENGTH || !SrtpWire.isVersion2(packet, offset)) {
      return DropCode.of(DropReason.MALFORMED);
    }
    if (plainLength > out.length - outOffset) {
      return DropCode.of(DropReason.OVERSIZED);
    }
    int ssrc = SrtpWire.rtcpSsrc(packet, offset);
    int word = SrtpWire.readInt(packet, offset + length - profile.rtcpIndexFromEnd());
    int index = SrtpWire.rtcpIndex(word);
    IndexWindow window = rtcpWindows.find(ssrc);
    int refusal = refusal(rtcpWindows, window, index);
    if (refusal != 0) {
      return refusal;
    }
    if (!transform.openRtcp(packet, offset, length, out, outOffset)) {
      return DropCode.of(DropReason.AUTHENTICATION_FAILED);
    }
    (window == null ? IndexWindow.open(rtcpWindows, ssrc) : window).mark(index);
    return plainLength;
  }

  /** How many SSRCs have state, of RTP and of RTCP. */
  int streamCount() {
    return rtpWindows.size() + rtcpWindows.size();
  }

  /** The drop of a packet that need not be decrypted, or zero. */
  private static int refusal(
      IntMap<IndexWindow> windows, @Nullable IndexWindow window, long index) {
    if (window == null) {
      return windows.isFull() ? DropCode.of(DropReason.TOO_MANY_STREAMS) : 0;
    }
    return switch (window.check(index)) {
      case FRESH -> 0;
      case USED -> DropCode.of(DropReason.REPLAYED);
      case TOO_OLD -> DropCode.of(DropReason.TOO_OLD);
    };
  }
}
