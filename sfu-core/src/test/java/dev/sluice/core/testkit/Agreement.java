package dev.sluice.core.testkit;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.sdp.RemoteTransport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulated peer has negotiated: the values that an offer and its answer would lead to.
 * Peers of even and odd number use other extension ids, as browsers of two makes do.
 */
public final class Agreement {
  /** Opus as browsers offer it. */
  public static final NegotiatedCodec OPUS =
      new NegotiatedCodec(
          111,
          new CodecParameters(Codec.OPUS, 48_000, 2, Map.of("useinbandfec", "1")),
          -1,
          false,
          false,
          false,
          true,
          false);

  /** Redundant audio as Chromium offers it, of {@link #OPUS}. */
  public static final NegotiatedCodec RED = red(63, 111);

  /** Opus under another number. */
  public static final NegotiatedCodec OPUS_109 =
      new NegotiatedCodec(109, OPUS.parameters(), -1, false, false, false, true, false);

  /** Redundant audio of {@link #OPUS_109}. */
  public static final NegotiatedCodec RED_109 = red(120, 109);

  /** VP8 with RTX and all feedback. */
  public static final NegotiatedCodec VP8 = video(96, Codec.VP8);

  /** VP8 for one who asks for lost packets but has no payload type for retransmissions. */
  public static final NegotiatedCodec VP8_WITHOUT_RTX =
      new NegotiatedCodec(96, VP8.parameters(), -1, true, true, true, true, false);

  /** VP9, profile 0. */
  public static final NegotiatedCodec VP9 = video(98, Codec.VP9);

  /** AV1, main profile. */
  public static final NegotiatedCodec AV1 = video(45, Codec.AV1);

  /** H.264, baseline. */
  public static final NegotiatedCodec H264 = video(102, Codec.H264);

  private static final Map<HeaderExtension, Integer> EVEN_IDS =
      Map.of(
          HeaderExtension.AUDIO_LEVEL, 1,
          HeaderExtension.ABS_SEND_TIME, 2,
          HeaderExtension.TRANSPORT_SEQUENCE, 3,
          HeaderExtension.MID, 4,
          HeaderExtension.RID, 10,
          HeaderExtension.REPAIRED_RID, 11,
          HeaderExtension.VIDEO_ORIENTATION, 13,
          HeaderExtension.DEPENDENCY_DESCRIPTOR, 12,
          HeaderExtension.ABS_CAPTURE_TIME, 9,
          HeaderExtension.PLAYOUT_DELAY, 5);
  private static final Map<HeaderExtension, Integer> ODD_IDS =
      Map.of(
          HeaderExtension.MID, 3,
          HeaderExtension.TRANSPORT_SEQUENCE, 7,
          HeaderExtension.AUDIO_LEVEL, 8,
          HeaderExtension.RID, 5,
          HeaderExtension.REPAIRED_RID, 6,
          HeaderExtension.VIDEO_ORIENTATION, 2,
          HeaderExtension.DEPENDENCY_DESCRIPTOR, 20,
          HeaderExtension.ABS_CAPTURE_TIME, 11,
          HeaderExtension.PLAYOUT_DELAY, 12);
  private static final RemoteTransport REMOTE =
      new RemoteTransport(
          "frag",
          "password-of-22-letters",
          List.of(new RemoteTransport.Fingerprint("sha-256", "AB:CD")));

  private Agreement() {}

  /** The header extension ids of the peer with this number. */
  public static Map<HeaderExtension, Integer> extensionIds(int peerNumber) {
    return peerNumber % 2 == 0 ? EVEN_IDS : ODD_IDS;
  }

  /** The session of a plan that follows another: slots that are missing in it are idle. */
  public static NegotiatedSession session(PeerPlan plan, PeerPlan before, int peerNumber) {
    NegotiatedSession session = session(plan, peerNumber);
    Map<String, NegotiatedSection.Slot> idle = new HashMap<>();
    for (int i = plan.audioSlots(); i < before.audioSlots(); i++) {
      idle.put("a" + i, numbers(MediaKind.AUDIO, i, peerNumber));
    }
    for (int i = plan.videoSlots(); i < before.videoSlots(); i++) {
      idle.put("v" + i, numbers(MediaKind.VIDEO, i, peerNumber));
    }
    return new NegotiatedSession(session.sections(), session.remote(), session.mids(), idle);
  }

  /** The session of a plan. */
  public static NegotiatedSession session(PeerPlan plan, int peerNumber) {
    List<NegotiatedSection> sections = new ArrayList<>();
    if (plan.audio()) {
      int ssrc = audioSsrc(peerNumber);
      sections.add(incoming("pa", plan.audioCodecs(), List.of(), ssrc, -1, peerNumber));
    }
    if (plan.video()) {
      int ssrc = videoSsrc(peerNumber, 0);
      sections.add(incoming("pv", plan.videoCodecs(), plan.rids(), ssrc, ssrc + 1, peerNumber));
    }
    for (int i = 0; i < plan.audioSlots(); i++) {
      sections.add(slot("a" + i, plan.audioCodecs(), i, peerNumber));
    }
    for (int i = 0; i < plan.videoSlots(); i++) {
      sections.add(slot("v" + i, plan.videoCodecs(), i, peerNumber));
    }
    return session(sections);
  }

  /** A session of these m-lines. */
  public static NegotiatedSession session(List<NegotiatedSection> sections) {
    List<String> mids = sections.stream().map(NegotiatedSection::mid).toList();
    return new NegotiatedSession(sections, REMOTE, mids);
  }

  /** An m-line on which the client sends in one codec; RTX SSRC -1 for none. */
  public static NegotiatedSection incoming(
      String mid, NegotiatedCodec codec, List<String> rids, int ssrc, int rtxSsrc, int peerNumber) {
    return incoming(mid, List.of(codec), rids, ssrc, rtxSsrc, peerNumber);
  }

  private static NegotiatedSection incoming(
      String mid,
      List<NegotiatedCodec> codecs,
      List<String> rids,
      int ssrc,
      int rtxSsrc,
      int peerNumber) {
    long rtx = codecs.getFirst().rtxPayloadType() < 0 ? -1 : Integer.toUnsignedLong(rtxSsrc);
    List<NegotiatedSection.SignalledStream> signalled =
        rids.isEmpty()
            ? List.of(new NegotiatedSection.SignalledStream(Integer.toUnsignedLong(ssrc), rtx))
            : List.of();
    Map<HeaderExtension, Integer> ids = extensionIds(peerNumber);
    return new NegotiatedSection(
        mid,
        codecs.getFirst().parameters().codec().kind(),
        codecs,
        ids,
        ids,
        new NegotiatedSection.Incoming(rids, signalled, null),
        null,
        true);
  }

  /** An m-line on which the client receives in one codec. */
  public static NegotiatedSection slot(
      String mid, NegotiatedCodec codec, int pairIndex, int peerNumber) {
    return slot(mid, List.of(codec), pairIndex, peerNumber);
  }

  private static NegotiatedSection slot(
      String mid, List<NegotiatedCodec> codecs, int pairIndex, int peerNumber) {
    MediaKind kind = codecs.getFirst().parameters().codec().kind();
    Map<HeaderExtension, Integer> ids = extensionIds(peerNumber);
    return new NegotiatedSection(
        mid, kind, codecs, ids, ids, null, numbers(kind, pairIndex, peerNumber), true);
  }

  private static NegotiatedSection.Slot numbers(MediaKind kind, int pairIndex, int peerNumber) {
    long ssrc = slotSsrc(kind, pairIndex, peerNumber);
    return new NegotiatedSection.Slot(ssrc, ssrc + 1, pairIndex);
  }

  /** The SSRC of a slot; its RTX SSRC is one more. */
  public static long slotSsrc(MediaKind kind, int pairIndex, int peerNumber) {
    return 0xD000_0000L
        + peerNumber * 0x1_0000L
        + pairIndex * 4L
        + (kind == MediaKind.AUDIO ? 0 : 2);
  }

  /** The SSRC of a peer's microphone. */
  public static int audioSsrc(int peerNumber) {
    return 0xA000_0000 + peerNumber * 0x100;
  }

  /** The SSRC of a peer's camera or one of its layers; its RTX SSRC is one more. */
  public static int videoSsrc(int peerNumber, int layer) {
    return 0xB000_0000 + peerNumber * 0x100 + 2 * layer;
  }

  private static NegotiatedCodec red(int payloadType, int primary) {
    Map<String, String> blocks = Map.of(primary + "/" + primary, "");
    CodecParameters parameters = new CodecParameters(Codec.RED, 48_000, 2, blocks);
    return new NegotiatedCodec(payloadType, parameters, -1, false, false, false, false, false);
  }

  private static NegotiatedCodec video(int payloadType, Codec codec) {
    CodecParameters parameters = new CodecParameters(codec, 90_000, 1, Map.of());
    return new NegotiatedCodec(
        payloadType, parameters, payloadType + 1, true, true, true, true, false);
  }
}
