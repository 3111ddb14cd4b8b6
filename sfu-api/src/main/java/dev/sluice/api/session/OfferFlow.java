package dev.sluice.api.session;

import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.SdpException;
import org.jspecify.annotations.Nullable;

/**
 * The offer and answer side of one session: numbers, grants and limits of offers, and what follows
 * them. Owned by the session's mailbox.
 */
final class OfferFlow {
  private static final int SECONDS_PER_MINUTE = 60;

  private final Participation participation;
  private final int maxCandidates;
  private final LimitHits hits;
  private final TokenBucket budget;
  private long lastNegotiation;
  private int candidates;

  OfferFlow(Participation participation, SessionEnvironment environment, long nowNanos) {
    SignallingLimits.Negotiation limits = environment.limits().negotiation();
    this.participation = participation;
    this.hits = environment.hits();
    this.maxCandidates = limits.maxCandidates();
    this.budget =
        new TokenBucket(
            (double) limits.offersPerMinute() / SECONDS_PER_MINUTE, limits.offerBurst(), nowNanos);
  }

  /** The answer, or the error after which all is as before. */
  ServerMessage answer(ClientMessage.Offer offer, long nowNanos) {
    if (!budget.tryTake(nowNanos)) {
      hits.count(Limit.OFFER_RATE);
      return error(ErrorCode.RATE_LIMITED, "You offer too often; try again later.", offer.id());
    }
    if (offer.negotiation() <= lastNegotiation) {
      return error(
          ErrorCode.INVALID_MESSAGE,
          "The field \"negotiation\" must be greater than " + lastNegotiation + ".",
          offer.id());
    }
    if (!offer.tracks().isEmpty() && !participation.grants().publish()) {
      return error(ErrorCode.NOT_PERMITTED, "The token does not let you publish.", offer.id());
    }
    try {
      Negotiation prepared = participation.prepare(offer.sdp());
      String refusal = participation.refusal(prepared, offer.tracks());
      if (refusal != null) {
        return error(ErrorCode.NOT_PERMITTED, refusal, offer.id());
      }
      lastNegotiation = offer.negotiation();
      candidates = 0;
      participation.apply(offer.negotiation(), prepared, offer.tracks());
      return new ServerMessage.Answer(offer.negotiation(), prepared.answerSdp());
    } catch (SdpException e) {
      String sentence = e.getMessage();
      return error(
          ErrorCode.INVALID_SDP,
          sentence == null ? "The offer cannot be answered." : sentence,
          offer.id());
    }
  }

  /** Lets the slots of the last answer carry media. */
  ServerMessage.@Nullable Failure confirm(ClientMessage.AnswerApplied applied) {
    if (lastNegotiation == 0 || applied.negotiation() != lastNegotiation) {
      return error(
          ErrorCode.UNKNOWN_NEGOTIATION,
          "The last negotiation is " + lastNegotiation + ".",
          applied.id());
    }
    participation.confirm(applied.negotiation());
    return null;
  }

  /**
   * The server needs none, for it learns addresses from the client's checks; so they are counted.
   */
  ServerMessage.@Nullable Failure checkCandidate(ClientMessage.Candidate candidate) {
    if (!candidate.candidate().isEmpty() && !candidate.candidate().startsWith("candidate:")) {
      return error(
          ErrorCode.INVALID_MESSAGE,
          "The field \"candidate\" must begin with \"candidate:\" (RFC 8839 §5.1).",
          candidate.id());
    }
    candidates++;
    if (candidates > maxCandidates) {
      hits.count(Limit.CANDIDATES);
      return error(
          ErrorCode.RATE_LIMITED,
          "At most " + maxCandidates + " candidates may follow one offer.",
          candidate.id());
    }
    return null;
  }

  private static ServerMessage.Failure error(
      ErrorCode code, String sentence, @Nullable String requestId) {
    return new ServerMessage.Failure(code, sentence, requestId, false);
  }
}
