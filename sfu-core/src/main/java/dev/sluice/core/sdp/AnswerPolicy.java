package dev.sluice.core.sdp;

import dev.sluice.core.media.Codec;
import java.util.Set;

/**
 * What the server lets one client negotiate.
 *
 * @param mayPublish whether m-lines on which the client sends are accepted; else it is answered as
 *     if it did not send
 * @param maySubscribe whether receive m-lines become slots
 * @param codecs codecs that may be negotiated
 * @param maxSections largest number of m-lines in an offer
 * @param maxSdpBytes largest offer in characters
 * @param maxCandidates largest number of candidates in an offer
 * @param cname RTCP canonical name of every stream to this client
 */
public record AnswerPolicy(
    boolean mayPublish,
    boolean maySubscribe,
    Set<Codec> codecs,
    int maxSections,
    int maxSdpBytes,
    int maxCandidates,
    String cname) {
  public AnswerPolicy {
    codecs = Set.copyOf(codecs);
  }
}
