package dev.sluice.core.sdp;

import java.util.List;

/**
 * All that one offer and its answer agreed on.
 *
 * @param sections the accepted audio and video m-lines in m-line order
 * @param remote the client's ICE and DTLS parameters
 * @param mids the mid of every m-line in order, rejected ones included: m-lines are recycled, never
 *     removed
 */
public record NegotiatedSession(
    List<NegotiatedSection> sections, RemoteTransport remote, List<String> mids) {
  public NegotiatedSession {
    sections = List.copyOf(sections);
    mids = List.copyOf(mids);
  }
}
