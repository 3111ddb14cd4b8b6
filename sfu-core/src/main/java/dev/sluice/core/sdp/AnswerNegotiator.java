package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.NegotiatedSection.Incoming;
import dev.sluice.core.sdp.NegotiatedSection.Slot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers a client's offer (RFC 3264, RFC 9429 §5.3). The server only ever answers: there is one
 * transport, the server is its ICE-lite and DTLS-passive end, m-lines on which the client sends are
 * publications, m-lines on which it receives are slots.
 *
 * <p>Pure functions, callable from any thread. What one negotiation must know of the last is in the
 * {@link NegotiatedSession} that the caller hands back.
 */
public final class AnswerNegotiator {

  private AnswerNegotiator() {}

  /**
   * The result of one negotiation.
   *
   * @param answerSdp for the client
   * @param session for the server, and for the next negotiation
   */
  public record Negotiation(String answerSdp, NegotiatedSession session) {}

  /**
   * The numbers of the answer's o= line (RFC 8866 §5.2).
   *
   * @param sessionId the same for the life of the peer connection, not negative
   * @param sessionVersion greater with every answer, not negative
   */
  public record Origin(long sessionId, long sessionVersion) {
    public Origin {
      if (sessionId < 0 || sessionVersion < 0) {
        throw new IllegalArgumentException("the numbers of an o= line are not negative");
      }
    }
  }

  /** The caller's randomness: SSRCs of new slots are drawn from it (RFC 3550 §8.1). */
  @FunctionalInterface
  public interface SsrcSource {

    /** A random number of which the low 32 bits count; drawn again when it is taken or zero. */
    long nextSsrc();
  }

  /**
   * Answers an offer.
   *
   * @param offerSdp the client's offer, from the network
   * @param previous what the last offer and answer of this peer connection agreed on, or null
   * @param policy what this client may do, and limits
   * @param local the server's end; with new ICE credentials if {@link #restartsIce} says so
   * @param ssrcs for slots that are new
   * @param origin the numbers of the answer's o= line
   * @throws SdpException when the offer breaks a rule; nothing has changed then
   */
  public static Negotiation negotiate(
      String offerSdp,
      @Nullable NegotiatedSession previous,
      AnswerPolicy policy,
      LocalTransport local,
      SsrcSource ssrcs,
      Origin origin)
      throws SdpException {
    Offer offer = Offer.of(offerSdp, policy);
    RemoteTransport remote = remoteOf(offer, previous);
    if (previous != null) {
      checkContinuity(offer, previous);
    }
    SlotAllocation slots = new SlotAllocation(offer, slotsByMid(previous), ssrcs);
    Map<String, NegotiatedSection> sections = new LinkedHashMap<>();
    Set<String> receivingMids = new HashSet<>();
    for (OfferedSection.Accepted offered : offer.accepted()) {
      NegotiatedSection section = agree(offered, policy, slots);
      sections.put(section.mid(), section);
      if (section.slot() != null) {
        receivingMids.add(section.mid());
      }
    }
    NegotiatedSession session =
        new NegotiatedSession(
            new ArrayList<>(sections.values()), remote, offer.mids(), slots.idle(receivingMids));
    String answer = new AnswerText(offer, policy, local).write(origin, sections);
    return new Negotiation(answer, session);
  }

  /**
   * Whether an offer restarts ICE (RFC 8839 §4.4.1.1.1), so that its answer needs new local
   * credentials.
   *
   * @throws SdpException when the offer breaks a rule
   */
  public static boolean restartsIce(
      String offerSdp, NegotiatedSession previous, AnswerPolicy policy) throws SdpException {
    RemoteTransport remote = Offer.of(offerSdp, policy).remote();
    return remote != null
        && (!remote.iceUfrag().equals(previous.remote().iceUfrag())
            || !remote.icePwd().equals(previous.remote().icePwd()));
  }

  /** A client that stops all its m-lines keeps the transport that it had. */
  private static RemoteTransport remoteOf(Offer offer, @Nullable NegotiatedSession previous)
      throws SdpException {
    if (offer.remote() != null) {
      return offer.remote();
    }
    if (previous == null) {
      throw new SdpException(
          "The offer has no audio or video m-line with a codec that the server forwards.");
    }
    return previous.remote();
  }

  /**
   * RFC 9429 §5.2.2: m-lines stay where they are; one may be replaced only after it was stopped.
   */
  private static void checkContinuity(Offer offer, NegotiatedSession previous) throws SdpException {
    List<MediaDescription> media = offer.description().media();
    List<String> before = previous.mids();
    if (media.size() < before.size()) {
      throw new SdpException(
          "The offer has "
              + media.size()
              + " m-lines after "
              + before.size()
              + "; m-lines are never removed.");
    }
    Map<String, NegotiatedSection> live = new HashMap<>();
    for (NegotiatedSection section : previous.sections()) {
      live.put(section.mid(), section);
    }
    for (int i = 0; i < media.size(); i++) {
      MediaDescription now = media.get(i);
      String midBefore = i < before.size() ? before.get(i) : "";
      if (live.containsKey(now.mid()) && !now.mid().equals(midBefore)) {
        throw error(now.line(), "mid " + quote(now.mid()) + " has moved from its m-line.");
      }
      NegotiatedSection mustStay = live.get(midBefore);
      if (mustStay == null) {
        continue;
      }
      boolean sameMid = now.mid().equals(mustStay.mid());
      if (!sameMid && !(now.rejected() && now.mid().isEmpty())) {
        throw error(
            now.line(),
            "mid "
                + quote(now.mid())
                + " replaces "
                + quote(mustStay.mid())
                + ", which was not stopped.");
      }
      if (!now.media().equalsIgnoreCase(mustStay.kind().name())) {
        throw error(now.line(), "mid " + quote(mustStay.mid()) + " changes its medium.");
      }
    }
  }

  private static Map<String, Slot> slotsByMid(@Nullable NegotiatedSession previous) {
    if (previous == null) {
      return Map.of();
    }
    Map<String, Slot> slots = new HashMap<>(previous.idleSlots());
    for (NegotiatedSection section : previous.sections()) {
      if (section.slot() != null) {
        slots.put(section.mid(), section.slot());
      }
    }
    return slots;
  }

  private static NegotiatedSection agree(
      OfferedSection.Accepted offered, AnswerPolicy policy, SlotAllocation slots) {
    boolean publishes = offered.direction().sends() && policy.mayPublish();
    boolean subscribes = offered.direction().receives() && policy.maySubscribe();
    OfferedSection.Sources sources = offered.sources();
    Incoming incoming =
        publishes
            ? new Incoming(
                sources.simulcast().rids(), sources.signalled().streams(), sources.msid())
            : null;
    Map<HeaderExtension, Integer> receive = new EnumMap<>(HeaderExtension.class);
    Map<HeaderExtension, Integer> send = new EnumMap<>(HeaderExtension.class);
    for (OfferedExtension extension : offered.extensions()) {
      if (publishes && extension.receivable()) {
        receive.put(extension.extension(), extension.id());
      }
      if (subscribes && extension.sendable()) {
        send.put(extension.extension(), extension.id());
      }
    }
    List<NegotiatedCodec> codecs = new ArrayList<>();
    for (AcceptedCodec codec : offered.codecs()) {
      codecs.add(codec.negotiated());
    }
    return new NegotiatedSection(
        offered.mid(),
        offered.kind(),
        codecs,
        receive,
        send,
        incoming,
        subscribes ? slots.allocate(offered) : null,
        offered.media().attributes().has("rtcp-rsize"));
  }
}
