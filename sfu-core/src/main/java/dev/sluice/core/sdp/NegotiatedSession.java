package dev.sluice.core.sdp;

import java.util.List;
import java.util.Map;

/**
 * All that one offer and its answer agreed on.
 *
 * @param sections the accepted audio and video m-lines in m-line order
 * @param remote the client's ICE and DTLS parameters
 * @param mids the mid of every m-line in order, rejected ones included, "" where a rejected one has
 *     none: m-lines are recycled, never removed
 * @param idleSlots by mid, the slots of accepted m-lines that do not receive now; they get the same
 *     numbers back when they receive again
 */
public record NegotiatedSession(
    List<NegotiatedSection> sections,
    RemoteTransport remote,
    List<String> mids,
    Map<String, NegotiatedSection.Slot> idleSlots) {
  public NegotiatedSession {
    sections = List.copyOf(sections);
    mids = List.copyOf(mids);
    idleSlots = Map.copyOf(idleSlots);
  }

  /** A session in which no slot is idle. */
  public NegotiatedSession(
      List<NegotiatedSection> sections, RemoteTransport remote, List<String> mids) {
    this(sections, remote, mids, Map.of());
  }
}
