package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An offer that is known to be answerable: each m-line judged, the rules that hold across m-lines
 * checked.
 *
 * @param description its text taken apart
 * @param sections every m-line in order
 * @param bundled the mids to answer in the order of the offer's BUNDLE group; empty without a group
 * @param remote the client's transport, or null when every m-line is declined
 */
record Offer(
    SessionDescription description,
    List<OfferedSection> sections,
    List<String> bundled,
    @Nullable RemoteTransport remote) {

  static Offer of(String text, AnswerPolicy policy) throws SdpException {
    SessionDescription description = SessionDescription.parse(text, policy);
    checkMidsDiffer(description);
    Map<Integer, String> uriById = new HashMap<>();
    List<OfferedSection> sections = new ArrayList<>();
    List<OfferedSection.Accepted> accepted = new ArrayList<>();
    for (MediaDescription media : description.media()) {
      OfferedSection section = OfferedSection.of(description.attributes(), media, policy, uriById);
      sections.add(section);
      if (section instanceof OfferedSection.Accepted kept) {
        accepted.add(kept);
      }
    }
    checkOneFormatPerPayloadType(accepted);
    checkOneSectionPerSsrc(accepted);
    if (accepted.isEmpty()) {
      return new Offer(description, sections, List.of(), null);
    }
    List<String> group = bundleGroup(description, accepted);
    List<MediaDescription> transports = new ArrayList<>();
    List<String> bundled = new ArrayList<>();
    if (group.isEmpty()) {
      transports.add(accepted.getFirst().media());
    }
    Map<String, OfferedSection> byMid = new HashMap<>();
    for (OfferedSection section : sections) {
      byMid.put(section.media().mid(), section);
    }
    for (String mid : group) {
      OfferedSection section = byMid.get(mid);
      if (section != null && !section.media().rejected()) {
        transports.add(section.media());
      }
      if (section instanceof OfferedSection.Accepted) {
        bundled.add(mid);
      }
    }
    RemoteTransport remote = new OfferedTransport(description.attributes(), transports).remote();
    return new Offer(description, sections, bundled, remote);
  }

  /** The m-lines to answer with media. */
  List<OfferedSection.Accepted> accepted() {
    List<OfferedSection.Accepted> accepted = new ArrayList<>();
    for (OfferedSection section : sections) {
      if (section instanceof OfferedSection.Accepted kept) {
        accepted.add(kept);
      }
    }
    return accepted;
  }

  /** The mid of every m-line, "" where there is none. */
  List<String> mids() {
    List<String> mids = new ArrayList<>();
    for (MediaDescription media : description.media()) {
      mids.add(media.mid());
    }
    return mids;
  }

  /** The mids of the group that holds the accepted m-lines, or none for a lone m-line. */
  private static List<String> bundleGroup(
      SessionDescription description, List<OfferedSection.Accepted> accepted) throws SdpException {
    List<String> group = List.of();
    for (Attribute attribute : description.attributes().all("group")) {
      List<String> words = SdpSyntax.split(attribute.value(), ' ');
      if (!words.isEmpty()
          && words.getFirst().equals("BUNDLE")
          && words.contains(accepted.getFirst().mid())) {
        group = words.subList(1, words.size());
        if (new HashSet<>(group).size() != group.size()) {
          throw error(attribute.line(), "a mid stands twice in the BUNDLE group.");
        }
        break;
      }
    }
    if (group.isEmpty() && accepted.size() > 1) {
      throw new SdpException(
          "The offer has "
              + accepted.size()
              + " media sections without one BUNDLE group; the server has one transport.");
    }
    for (OfferedSection.Accepted section : accepted) {
      if (!group.isEmpty() && !group.contains(section.mid())) {
        throw error(
            section.media().line(),
            "mid " + quote(section.mid()) + " is not in the BUNDLE group of the others.");
      }
    }
    return group;
  }

  private static void checkMidsDiffer(SessionDescription description) throws SdpException {
    Set<String> mids = new HashSet<>();
    for (MediaDescription media : description.media()) {
      if (!media.mid().isEmpty() && !mids.add(media.mid())) {
        throw error(media.line(), "a second m-line with mid " + quote(media.mid()) + ".");
      }
    }
  }

  /** RFC 9143 §9.1: on one transport a payload type means one format. */
  private static void checkOneFormatPerPayloadType(List<OfferedSection.Accepted> accepted)
      throws SdpException {
    Map<Integer, String> meaning = new LinkedHashMap<>();
    for (OfferedSection.Accepted section : accepted) {
      for (AcceptedCodec codec : section.codecs()) {
        NegotiatedCodec negotiated = codec.negotiated();
        String name = negotiated.parameters().codec().encodingName();
        putMeaning(section, meaning, negotiated.payloadType(), name);
        if (negotiated.rtxPayloadType() >= 0) {
          putMeaning(
              section, meaning, negotiated.rtxPayloadType(), "rtx of " + negotiated.payloadType());
        }
      }
    }
  }

  private static void putMeaning(
      OfferedSection.Accepted section, Map<Integer, String> meaning, int payloadType, String name)
      throws SdpException {
    String other = meaning.putIfAbsent(payloadType, name);
    if (other != null && !other.equals(name)) {
      throw error(
          section.media().line(),
          "payload type " + payloadType + " is " + name + " here and " + other + " before.");
    }
  }

  private static void checkOneSectionPerSsrc(List<OfferedSection.Accepted> accepted)
      throws SdpException {
    Set<Long> ssrcs = new HashSet<>();
    for (OfferedSection.Accepted section : accepted) {
      for (long ssrc : section.sources().signalled().ssrcs()) {
        if (!ssrcs.add(ssrc)) {
          throw error(section.media().line(), "SSRC " + ssrc + " is signalled on two m-lines.");
        }
      }
    }
  }
}
