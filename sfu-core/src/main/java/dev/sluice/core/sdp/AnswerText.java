package dev.sluice.core.sdp;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.NegotiatedSection.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to an offer: the same m-lines in the same order (RFC 3264 §6), one ICE-lite and
 * DTLS-passive transport under all of them (RFC 9143 §7.3). Candidates stand on the first bundled
 * m-line only; what names the transport is repeated on every one, as browsers do.
 */
final class AnswerText {
  private static final String NO_ADDRESS = "IN IP4 0.0.0.0";

  /** The port of an m-line whose address is left to ICE (RFC 8840 §4.1.1). */
  private static final int DISCARD_PORT = 9;

  private final Offer offer;
  private final AnswerPolicy policy;
  private final LocalTransport local;
  private final String firstBundledMid;

  AnswerText(Offer offer, AnswerPolicy policy, LocalTransport local) {
    this.offer = offer;
    this.policy = policy;
    this.local = local;
    List<OfferedSection.Accepted> accepted = offer.accepted();
    if (!offer.bundled().isEmpty()) {
      this.firstBundledMid = offer.bundled().getFirst();
    } else {
      this.firstBundledMid = accepted.isEmpty() ? "" : accepted.getFirst().mid();
    }
  }

  /**
   * The whole answer.
   *
   * @param sections what was agreed on each accepted m-line, by mid
   */
  String write(AnswerNegotiator.Origin origin, Map<String, NegotiatedSection> sections) {
    List<Attribute> session = new ArrayList<>();
    session.add(Attribute.flag("ice-lite"));
    session.add(Attribute.of("ice-options", "ice2"));
    if (offer.description().attributes().has("extmap-allow-mixed")) {
      session.add(Attribute.flag("extmap-allow-mixed"));
    }
    if (!offer.bundled().isEmpty()) {
      session.add(Attribute.of("group", "BUNDLE " + String.join(" ", offer.bundled())));
    }
    List<MediaDescription> media = new ArrayList<>();
    for (OfferedSection section : offer.sections()) {
      media.add(
          switch (section) {
            case OfferedSection.Declined declined -> decline(declined.media());
            case OfferedSection.Accepted accepted -> {
              NegotiatedSection negotiated = sections.get(accepted.mid());
              if (negotiated == null) {
                throw new IllegalStateException("an accepted m-line has a negotiated section");
              }
              yield accept(accepted, negotiated);
            }
          });
    }
    return new SessionDescription(
            "- " + origin.sessionId() + " " + origin.sessionVersion() + " IN IP4 127.0.0.1",
            new Attributes(session),
            media)
        .write();
  }

  private static MediaDescription decline(MediaDescription offered) {
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.flag(Direction.INACTIVE.word()));
    if (!offered.mid().isEmpty()) {
      attributes.add(Attribute.of("mid", offered.mid()));
    }
    return describe(offered, 0, offered.formats(), NO_ADDRESS, attributes);
  }

  private static MediaDescription describe(
      MediaDescription offered,
      int port,
      List<String> formats,
      String connection,
      List<Attribute> attributes) {
    return new MediaDescription(
        offered.media(),
        port,
        offered.protocol(),
        formats,
        connection,
        new Attributes(attributes),
        0);
  }

  private MediaDescription accept(OfferedSection.Accepted offered, NegotiatedSection section) {
    Attributes client = offered.media().attributes();
    Direction direction = Direction.of(section.slot() != null, section.incoming() != null);
    List<Attribute> out = new ArrayList<>();
    if (offered.mid().equals(firstBundledMid)) {
      HostCandidates.answer(local.candidates(), out);
    }
    addTransport(out);
    out.add(Attribute.of("mid", offered.mid()));
    if (client.has("extmap-allow-mixed")) {
      out.add(Attribute.flag("extmap-allow-mixed"));
    }
    for (OfferedExtension extension : offered.extensions()) {
      if (extension.answeredOn(direction)) {
        out.add(extension.answer());
      }
    }
    out.add(Attribute.flag(direction.word()));
    Slot slot = section.slot();
    if (slot != null) {
      out.add(Attribute.of("msid", msid(section.kind(), slot)));
    }
    out.add(Attribute.flag("rtcp-mux"));
    if (section.reducedSizeRtcp()) {
      out.add(Attribute.flag("rtcp-rsize"));
    }
    for (AcceptedCodec codec : offered.codecs()) {
      codec.answer(out);
    }
    if (slot != null) {
      addSources(out, section, slot);
    }
    if (section.incoming() != null) {
      offered.sources().simulcast().answer(out);
    }
    LocalTransport.@Nullable Candidate first = HostCandidates.defaultOf(local.candidates());
    return describe(
        offered.media(),
        first == null ? DISCARD_PORT : first.port(),
        offered.formats(),
        first == null ? NO_ADDRESS : HostCandidates.connection(first),
        out);
  }

  private void addTransport(List<Attribute> out) {
    out.add(Attribute.of("ice-ufrag", local.iceUfrag()));
    out.add(Attribute.of("ice-pwd", local.icePwd()));
    out.add(
        Attribute.of(
            "fingerprint", local.fingerprint().algorithm() + " " + local.fingerprint().value()));
    out.add(Attribute.of("setup", "passive"));
  }

  /** Audio and video of one pair index share a stream id, so that browsers keep them in sync. */
  private static String msid(MediaKind kind, Slot slot) {
    String word = kind == MediaKind.AUDIO ? "audio" : "video";
    return "sluice-" + slot.pairIndex() + " " + word + "-" + slot.pairIndex();
  }

  private void addSources(List<Attribute> out, NegotiatedSection section, Slot slot) {
    boolean retransmits = false;
    for (NegotiatedCodec codec : section.codecs()) {
      retransmits |= codec.rtxPayloadType() >= 0;
    }
    Map<Long, String> sources = new LinkedHashMap<>();
    sources.put(slot.ssrc(), msid(section.kind(), slot));
    if (retransmits) {
      out.add(Attribute.of("ssrc-group", "FID " + slot.ssrc() + " " + slot.rtxSsrc()));
      sources.put(slot.rtxSsrc(), msid(section.kind(), slot));
    }
    sources.forEach(
        (ssrc, msid) -> {
          out.add(Attribute.of("ssrc", ssrc + " cname:" + policy.cname()));
          out.add(Attribute.of("ssrc", ssrc + " msid:" + msid));
        });
  }
}
