package dev.sluice.core.media;

import org.jspecify.annotations.Nullable;

/**
 * The RTP header extensions that Sluice knows (RFC 8285); every other one is neither negotiated nor
 * forwarded.
 */
public enum HeaderExtension {
  MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
  RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
  REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
  /** RFC 6464. */
  AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
  ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
  ABS_CAPTURE_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
  /** draft-holmer-rmcat-transport-wide-cc-extensions-01. */
  TRANSPORT_SEQUENCE("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
  /** 3GPP TS 26.114 §7.4.5. */
  VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
  PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
  DEPENDENCY_DESCRIPTOR(
      "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
  VIDEO_LAYERS_ALLOCATION("http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00");

  private final String uri;

  HeaderExtension(String uri) {
    this.uri = uri;
  }

  /** The URI that names this extension in {@code a=extmap}. */
  public String uri() {
    return uri;
  }

  /** The extension of a URI, or null for an unknown one. */
  public static @Nullable HeaderExtension byUri(String uri) {
    for (HeaderExtension extension : values()) {
      if (extension.uri.equals(uri)) {
        return extension;
      }
    }
    return null;
  }
}
