package dev.sluice.core.sdp;

import dev.sluice.core.media.Codec;
import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.AnswerNegotiator.Origin;
import dev.sluice.core.sdp.AnswerNegotiator.SsrcSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recorded offers, and a server to answer them. */
final class SdpFixtures {
  static final List<String> RECORDED_OFFERS =
      List.of(
          "chromium-156-ice-restart-offer",
          "chromium-156-initial-offer",
          "chromium-156-publish-audio-video",
          "chromium-156-publish-simulcast-all-codecs-datachannel",
          "chromium-156-publish-simulcast-av1",
          "chromium-156-publish-simulcast-h264",
          "chromium-156-publish-simulcast-vp8",
          "chromium-156-publish-simulcast-vp9",
          "chromium-156-publish-svc-av1-L1T3",
          "chromium-156-publish-svc-av1-L3T3_KEY",
          "chromium-156-publish-svc-vp8-L1T3",
          "chromium-156-publish-svc-vp9-L3T3_KEY",
          "chromium-156-recvonly-4video-2audio",
          "chromium-156-recvonly-audio-video",
          "chromium-156-recvonly-bundle-balanced",
          "chromium-156-recvonly-no-permission-mdns",
          "chromium-156-recvonly-no-permission-trickle-initial",
          "chromium-156-renegotiate-add-recvonly-video-offer",
          "chromium-156-renegotiate-noop-offer",
          "chromium-156-renegotiate-stopped-transceiver-offer",
          "chromium-156-sendrecv-audio-video-datachannel",
          "firefox-153-ice-restart-offer",
          "firefox-153-initial-offer",
          "firefox-153-publish-audio-video",
          "firefox-153-publish-simulcast-all-codecs-datachannel",
          "firefox-153-publish-simulcast-av1",
          "firefox-153-publish-simulcast-vp8",
          "firefox-153-publish-simulcast-vp9",
          "firefox-153-publish-svc-av1-L1T3",
          "firefox-153-publish-svc-av1-L3T3_KEY",
          "firefox-153-publish-svc-vp8-L1T3",
          "firefox-153-publish-svc-vp9-L3T3_KEY",
          "firefox-153-recvonly-4video-2audio",
          "firefox-153-recvonly-audio-video",
          "firefox-153-recvonly-bundle-balanced",
          "firefox-153-recvonly-no-permission-mdns",
          "firefox-153-recvonly-no-permission-trickle-initial",
          "firefox-153-renegotiate-add-recvonly-video-offer",
          "firefox-153-renegotiate-noop-offer",
          "firefox-153-renegotiate-stopped-transceiver-offer",
          "firefox-153-sendrecv-audio-video-datachannel",
          "webrtc-java-0.14.0-publish-simulcast-datachannel");

  static final String SERVER_FINGERPRINT =
      "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99";

  static final AnswerPolicy POLICY =
      policy(true, true, EnumSet.complementOf(EnumSet.of(Codec.RED)));

  static final LocalTransport LOCAL =
      new LocalTransport(
          "srvU",
          "serverPasswordOf22Chars",
          new RemoteTransport.Fingerprint("sha-256", SERVER_FINGERPRINT),
          List.of(
              new LocalTransport.Candidate("192.0.2.1", 5000, false),
              new LocalTransport.Candidate("2001:db8::1", 5000, false),
              new LocalTransport.Candidate("192.0.2.1", 443, true)));

  private SdpFixtures() {}

  static AnswerPolicy policy(boolean mayPublish, boolean maySubscribe, EnumSet<Codec> codecs) {
    return new AnswerPolicy(mayPublish, maySubscribe, codecs, 64, 100_000, 100, "sluice");
  }

  /** A recorded description, byte for byte. */
  static String recorded(String name) {
    return resource(name + ".sdp");
  }

  static String resource(String name) {
    try (InputStream in = SdpFixtures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SSRCs 1001, 1002 and so on. */
  static SsrcSource countingSsrcs() {
    long[] last = {1000};
    return () -> ++last[0];
  }

  static Negotiation answer(String offer) throws SdpException {
    return answer(offer, null, POLICY, countingSsrcs());
  }

  static Negotiation answer(
      String offer, @Nullable NegotiatedSession previous, AnswerPolicy policy, SsrcSource ssrcs)
      throws SdpException {
    return AnswerNegotiator.negotiate(offer, previous, policy, LOCAL, ssrcs, new Origin(7, 1));
  }

  /** The m-line of this mid. */
  static MediaDescription media(String sdp, String mid) throws SdpException {
    for (MediaDescription media : SessionDescription.parse(sdp, POLICY).media()) {
      if (media.mid().equals(mid)) {
        return media;
      }
    }
    throw new IllegalStateException("no m-line with mid " + mid);
  }

  /** The accepted m-line of this mid. */
  static NegotiatedSection section(NegotiatedSession session, String mid) {
    for (NegotiatedSection section : session.sections()) {
      if (section.mid().equals(mid)) {
        return section;
      }
    }
    throw new IllegalStateException("no section with mid " + mid);
  }

  /** The values of every attribute of this name. */
  static List<String> attributeValues(MediaDescription media, String name) {
    return media.attributes().all(name).stream().map(Attribute::value).toList();
  }

  static NegotiatedSection.Slot slot(NegotiatedSection section) {
    NegotiatedSection.Slot slot = section.slot();
    if (slot == null) {
      throw new AssertionError("mid " + section.mid() + " has no slot");
    }
    return slot;
  }

  static NegotiatedSection.Incoming incoming(NegotiatedSection section) {
    NegotiatedSection.Incoming incoming = section.incoming();
    if (incoming == null) {
      throw new AssertionError("mid " + section.mid() + " does not send");
    }
    return incoming;
  }
}
