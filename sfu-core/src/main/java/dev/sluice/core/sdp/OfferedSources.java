package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The SSRCs that one m-line signals (RFC 5576).
 *
 * @param ssrcs all of them, in order
 * @param streams the media streams among them with their retransmission SSRCs
 */
record OfferedSources(Set<Long> ssrcs, List<NegotiatedSection.SignalledStream> streams) {
  private static final int MAX_SSRCS = 64;
  private static final long MAX_SSRC = 0xFFFF_FFFFL;

  static OfferedSources of(MediaDescription media) throws SdpException {
    Set<Long> ssrcs = new LinkedHashSet<>();
    for (Attribute attribute : media.attributes().all("ssrc")) {
      ssrcs.add(ssrc(attribute, SdpSyntax.before(attribute.value(), ' ')));
      if (ssrcs.size() > MAX_SSRCS) {
        throw error(attribute.line(), "more than " + MAX_SSRCS + " SSRCs on one m-line.");
      }
    }
    Map<Long, Long> retransmissions = new HashMap<>();
    Set<Long> secondary = new HashSet<>();
    for (Attribute attribute : media.attributes().all("ssrc-group")) {
      List<String> words = SdpSyntax.split(attribute.value(), ' ');
      if (words.size() != 3) {
        continue; // SIM groups and other semantics are not pairs.
      }
      boolean retransmission = words.get(0).equals("FID");
      if (retransmission || words.get(0).equals("FEC-FR")) {
        long primary = ssrc(attribute, words.get(1));
        long repair = ssrc(attribute, words.get(2));
        if (primary == repair || !ssrcs.contains(primary) || !ssrcs.contains(repair)) {
          throw error(attribute.line(), "an SSRC group names two SSRCs of its m-line.");
        }
        secondary.add(repair);
        if (retransmission && retransmissions.putIfAbsent(primary, repair) != null) {
          throw error(attribute.line(), "a second FID group of SSRC " + primary + ".");
        }
      }
    }
    List<NegotiatedSection.SignalledStream> streams = new ArrayList<>();
    for (long ssrc : ssrcs) {
      if (!secondary.contains(ssrc)) {
        streams.add(
            new NegotiatedSection.SignalledStream(ssrc, retransmissions.getOrDefault(ssrc, -1L)));
      }
    }
    return new OfferedSources(ssrcs, streams);
  }

  private static long ssrc(Attribute attribute, String text) throws SdpException {
    long ssrc = SdpSyntax.number(text, MAX_SSRC);
    if (ssrc < 0) {
      throw error(attribute.line(), quote(text) + " is no SSRC.");
    }
    return ssrc;
  }
}
