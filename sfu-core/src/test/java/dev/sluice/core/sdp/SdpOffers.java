package dev.sluice.core.sdp;

/** Offers written by hand, as small as the rules allow. */
final class SdpOffers {
  static final String FINGERPRINT =
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

  /** Audio and video to publish; the transport stands on the first m-line only (RFC 9143 §7.1). */
  static final String TWO_MEDIA =
      """
      v=0
      o=- 1 1 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE a v
      m=audio 9 UDP/TLS/RTP/SAVPF 111
      c=IN IP4 0.0.0.0
      a=ice-ufrag:ufra
      a=ice-pwd:passwordOfTwentyTwoChr
      a=fingerprint:sha-256 %s
      a=setup:actpass
      a=rtcp-mux
      a=mid:a
      a=sendonly
      a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
      a=rtpmap:111 opus/48000/2
      m=video 0 UDP/TLS/RTP/SAVPF 96 97
      c=IN IP4 0.0.0.0
      a=bundle-only
      a=mid:v
      a=sendonly
      a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
      a=rtpmap:96 VP8/90000
      a=rtpmap:97 rtx/90000
      a=fmtp:97 apt=96
      """
          .formatted(FINGERPRINT)
          .replace("\n", "\r\n");

  /** One m-line without a BUNDLE group; everything else stands at session level. */
  static final String SESSION_LEVEL_TRANSPORT =
      """
      v=0
      o=- 1 1 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:LS 0
      a=setup:active
      a=ice-ufrag:ufra
      a=ice-pwd:passwordOfTwentyTwoChr
      a=fingerprint:sha-256 %s
      m=video 9 UDP/TLS/RTP/SAVPF 96
      c=IN IP4 0.0.0.0
      a=mid:0
      a=rtcp-mux
      a=sendonly
      a=rtpmap:96 H264/90000
      a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
      """
          .formatted(FINGERPRINT);

  private SdpOffers() {}
}
