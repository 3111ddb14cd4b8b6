package dev.sluice.perf.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one participant offers, with payload types and extension ids as Chromium numbers them. The
 * participant is always the DTLS client.
 *
 * @param video layers that it publishes, none for no camera; several are simulcast
 * @param audioSlots receive m-lines
 * @param videoSlots receive m-lines
 */
record Offer(boolean audio, List<Layer> video, int audioSlots, int videoSlots) {
  static final int OPUS = 111;
  static final int VP8 = 96;
  static final int VP8_RTX = 97;
  static final int AUDIO_LEVEL_ID = 1;
  static final int SEND_TIME_ID = 2;
  static final int TRANSPORT_SEQUENCE_ID = 3;
  static final int MID_ID = 4;
  static final int RID_ID = 10;
  static final int REPAIRED_RID_ID = 11;

  static final String AUDIO_MID = "0";
  static final String VIDEO_MID = "1";

  /** One encoding of the camera. */
  record Layer(String rid, long bitrateBps, int width, int height) {}

  Offer {
    video = List.copyOf(video);
  }

  /** Its SDP. SSRCs count on from {@code ssrc}: audio, then each layer with its RTX. */
  String sdp(Identity identity) {
    List<String> lines = new ArrayList<>();
    List<String> mids = mids();
    lines.add("v=0");
    lines.add("o=- " + (identity.ssrc() & 0x7FFF_FFFFL) + " 2 IN IP4 127.0.0.1");
    lines.add("s=-");
    lines.add("t=0 0");
    lines.add("a=group:BUNDLE " + String.join(" ", mids));
    lines.add("a=extmap-allow-mixed");
    lines.add("a=msid-semantic: WMS");
    for (String mid : mids) {
      boolean sends =
          (audio && mid.equals(AUDIO_MID)) || (!video.isEmpty() && mid.equals(VIDEO_MID));
      if (mid.equals(AUDIO_MID) || mid.startsWith("a")) {
        audioSection(lines, identity, mid, sends);
      } else {
        videoSection(lines, identity, mid, sends);
      }
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  /** Of all m-lines, those that send first. */
  List<String> mids() {
    List<String> mids = new ArrayList<>();
    if (audio) {
      mids.add(AUDIO_MID);
    }
    if (!video.isEmpty()) {
      mids.add(VIDEO_MID);
    }
    for (int i = 0; i < audioSlots; i++) {
      mids.add("a" + i);
    }
    for (int i = 0; i < videoSlots; i++) {
      mids.add("v" + i);
    }
    return mids;
  }

  private static void audioSection(
      List<String> lines, Identity identity, String mid, boolean sends) {
    lines.add("m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS);
    common(lines, identity, mid, sends);
    lines.add("a=extmap:" + AUDIO_LEVEL_ID + " urn:ietf:params:rtp-hdrext:ssrc-audio-level");
    lines.add("a=rtpmap:" + OPUS + " opus/48000/2");
    lines.add("a=rtcp-fb:" + OPUS + " transport-cc");
    lines.add("a=fmtp:" + OPUS + " minptime=10;useinbandfec=1");
    if (sends) {
      lines.add("a=ssrc:" + identity.audioSsrc() + " cname:" + identity.cname());
    }
  }

  private void videoSection(List<String> lines, Identity identity, String mid, boolean sends) {
    lines.add("m=video 9 UDP/TLS/RTP/SAVPF " + VP8 + " " + VP8_RTX);
    common(lines, identity, mid, sends);
    lines.add("a=extmap:" + RID_ID + " urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id");
    lines.add(
        "a=extmap:" + REPAIRED_RID_ID + " urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id");
    lines.add("a=rtpmap:" + VP8 + " VP8/90000");
    for (String feedback : List.of("transport-cc", "ccm fir", "nack", "nack pli")) {
      lines.add("a=rtcp-fb:" + VP8 + " " + feedback);
    }
    lines.add("a=rtpmap:" + VP8_RTX + " rtx/90000");
    lines.add("a=fmtp:" + VP8_RTX + " apt=" + VP8);
    if (sends && video.size() > 1) {
      List<String> rids = video.stream().map(Layer::rid).toList();
      rids.forEach(rid -> lines.add("a=rid:" + rid + " send"));
      lines.add("a=simulcast:send " + String.join(";", rids));
    } else if (sends) {
      long ssrc = identity.videoSsrc(0);
      lines.add("a=ssrc-group:FID " + ssrc + " " + (ssrc + 1));
      lines.add("a=ssrc:" + ssrc + " cname:" + identity.cname());
      lines.add("a=ssrc:" + (ssrc + 1) + " cname:" + identity.cname());
    }
  }

  private static void common(List<String> lines, Identity identity, String mid, boolean sends) {
    lines.add("c=IN IP4 0.0.0.0");
    lines.add("a=rtcp:9 IN IP4 0.0.0.0");
    lines.add("a=ice-ufrag:" + identity.ufrag());
    lines.add("a=ice-pwd:" + identity.password());
    lines.add("a=fingerprint:sha-256 " + identity.fingerprint());
    lines.add("a=setup:active");
    lines.add("a=mid:" + mid);
    lines.add(
        "a=extmap:" + SEND_TIME_ID + " http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
    lines.add(
        "a=extmap:"
            + TRANSPORT_SEQUENCE_ID
            + " http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01");
    lines.add("a=extmap:" + MID_ID + " urn:ietf:params:rtp-hdrext:sdes:mid");
    lines.add(sends ? "a=sendonly" : "a=recvonly");
    if (sends) {
      lines.add("a=msid:" + identity.cname() + " " + identity.cname() + mid);
    }
    lines.add("a=rtcp-mux");
    lines.add("a=rtcp-rsize");
  }

  /**
   * What is a participant's own: ICE credentials, the certificate's fingerprint, and its SSRCs,
   * which count on from {@code ssrc}: audio, then each layer with its RTX.
   */
  record Identity(String cname, String ufrag, String password, String fingerprint, long ssrc) {
    static Identity of(int number, String fingerprint, SplittableRandom random) {
      String text = Long.toUnsignedString(random.nextLong(), 36) + "0000000000000";
      String more = Long.toUnsignedString(random.nextLong(), 36) + "0000000000000";
      // 64 SSRCs apart, so that no two participants of a test share one.
      long ssrc = 0x1000_0000L + 64L * number;
      return new Identity("load" + number, text.substring(0, 8), text + more, fingerprint, ssrc);
    }

    long audioSsrc() {
      return ssrc;
    }

    long videoSsrc(int layer) {
      return ssrc + 2 + 2L * layer;
    }
  }
}
