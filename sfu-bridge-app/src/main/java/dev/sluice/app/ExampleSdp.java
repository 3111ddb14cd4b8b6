package dev.sluice.app;

/** The smallest offers that WHIP and WHEP take, and what they get (RFC 8866). */
final class ExampleSdp {
  static final String WHIP_OFFER = offer("sendonly");
  static final String WHIP_ANSWER = answer("a=recvonly\n", "");
  static final String WHEP_OFFER = offer("recvonly");
  static final String WHEP_ANSWER =
      answer(
          "a=sendonly\na=msid:sluice-0 audio-0\n",
          "a=ssrc:2731894407 cname:P-77c2\na=ssrc:2731894407 msid:sluice-0 audio-0\n");

  private ExampleSdp() {}

  private static String offer(String direction) {
    return lines(
        """
        v=0
        o=- 4611731400430051336 1 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=mid:0
        a=%s
        a=ice-ufrag:EsAw
        a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y
        a=fingerprint:sha-256 DA:7B:57:DC:28:CE:04:4F:31:79:85:C4:31:67:EB:27:58:29:ED:77:2A:0D:24:AE:ED:AD:30:BC:BD:F1:9C:02
        a=setup:actpass
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        """
            .formatted(direction));
  }

  private static String answer(String direction, String sources) {
    return lines(
        """
        v=0
        o=- 5271893406117725634 1 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=ice-lite
        a=ice-options:ice2
        a=group:BUNDLE 0
        m=audio 10000 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.1
        a=candidate:1 1 udp 2130706431 192.0.2.1 10000 typ host
        a=end-of-candidates
        a=ice-ufrag:Vq2k
        a=ice-pwd:8s1rKcm0Tq4cZ7nLwXb3Yp5e
        a=fingerprint:sha-256 3B:50:6E:2F:91:C4:0A:77:D8:13:65:AF:EE:42:9B:08:5C:F1:7D:26:B3:84:EA:19:60:CD:32:97:4F:A8:0B:DE
        a=setup:passive
        a=mid:0
        %sa=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        %s\
        """
            .formatted(direction, sources));
  }

  /** With the line ends that SDP has (RFC 8866 §5). */
  private static String lines(String text) {
    return text.replace("\n", "\r\n");
  }
}
