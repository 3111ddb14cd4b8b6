package dev.sluice.core.sdp;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Offers, first ones and later ones, as fuzz targets. */
public final class SdpFuzz {
  /** An answer repeats a part of the offer and adds a bounded part to each m-line. */
  private static final int MAX_GROWTH_OF_A_SECTION = 4_000;

  private static final List<String> SEEDS =
      List.of(
          "chromium-156-publish-simulcast-vp8",
          "chromium-156-recvonly-audio-video",
          "firefox-153-publish-simulcast-vp8",
          "firefox-153-renegotiate-stopped-transceiver-offer",
          "webrtc-java-0.14.0-publish-simulcast-datachannel");

  private SdpFuzz() {}

  public static List<FuzzTarget> targets() {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : SEEDS) {
      seeds.add(SdpFixtures.recorded(name).getBytes(StandardCharsets.UTF_8));
    }
    seeds.add(SdpOffers.TWO_MEDIA.getBytes(StandardCharsets.UTF_8));
    return List.of(
        new FuzzTarget('o', "sdp-first-offer", input -> negotiate(input, null), seeds),
        new FuzzTarget('p', "sdp-later-offer", SdpFuzz::negotiateLater, seeds));
  }

  private static void negotiateLater(byte[] input) throws SdpException {
    negotiate(input, SdpFixtures.answer(SdpOffers.TWO_MEDIA).session());
    negotiate(
        input, SdpFixtures.answer(SdpFixtures.recorded("chromium-156-initial-offer")).session());
  }

  private static void negotiate(byte[] input, @Nullable NegotiatedSession previous) {
    String offer = new String(input, StandardCharsets.UTF_8);
    try {
      negotiateTwice(offer, previous);
    } catch (SdpException refused) {
      String sentence = refused.getMessage();
      if (sentence == null || !sentence.endsWith(".") || sentence.length() > 300) {
        throw new AssertionError("not a sentence: " + sentence, refused);
      }
    }
  }

  /** An answer must be well-formed, and the same offer must be good again in the next round. */
  static void negotiateTwice(String offer, @Nullable NegotiatedSession previous)
      throws SdpException {
    AnswerNegotiator.Negotiation first =
        SdpFixtures.answer(offer, previous, SdpFixtures.POLICY, SdpFixtures.countingSsrcs());
    try {
      String answer = first.answerSdp();
      SessionDescription read = SessionDescription.parse(answer, SdpFixtures.POLICY);
      require(read.write().equals(answer), "the answer does not read back as it was written");
      require(
          answer.length()
              <= 2 * offer.length() + MAX_GROWTH_OF_A_SECTION * (1 + read.media().size()),
          "an answer of " + answer.length() + " characters to " + offer.length());
      requireOneOwnerPerNumber(first.session());
      if (previous != null) {
        requireOneMediumPerMid(previous, first.session());
      }
      NegotiatedSession again =
          SdpFixtures.answer(
                  offer, first.session(), SdpFixtures.POLICY, SdpFixtures.countingSsrcs())
              .session();
      require(again.equals(first.session()), "the same offer agrees on another session");
    } catch (SdpException e) {
      throw new AssertionError("an accepted offer was refused afterwards", e);
    }
  }

  private static void requireOneOwnerPerNumber(NegotiatedSession session) {
    Set<Long> ssrcs = new HashSet<>();
    Set<String> mids = new HashSet<>();
    for (NegotiatedSection section : session.sections()) {
      require(mids.add(section.mid()), "two sections with mid " + section.mid());
      require(!section.codecs().isEmpty(), "a section without a codec");
      NegotiatedSection.Slot slot = section.slot();
      if (slot != null) {
        require(ssrcs.add(slot.ssrc()) && ssrcs.add(slot.rtxSsrc()), "an SSRC of two slots");
      }
      NegotiatedSection.Incoming incoming = section.incoming();
      if (incoming != null) {
        for (NegotiatedSection.SignalledStream stream : incoming.streams()) {
          require(ssrcs.add(stream.ssrc()), "an SSRC of two streams");
        }
      }
    }
  }

  /** A mid that lives on stays what it was, and its slot stays its own. */
  private static void requireOneMediumPerMid(NegotiatedSession before, NegotiatedSession now) {
    Map<String, MediaKind> kinds = new HashMap<>();
    Map<String, NegotiatedSection.Slot> slots = new HashMap<>(before.idleSlots());
    for (NegotiatedSection section : before.sections()) {
      kinds.put(section.mid(), section.kind());
      NegotiatedSection.Slot slot = section.slot();
      if (slot != null) {
        slots.put(section.mid(), slot);
      }
    }
    for (NegotiatedSection section : now.sections()) {
      require(
          section.kind() == kinds.getOrDefault(section.mid(), section.kind()),
          "mid " + section.mid() + " is another medium");
      NegotiatedSection.Slot slot = section.slot();
      if (slot != null) {
        require(
            slot.equals(slots.getOrDefault(section.mid(), slot)),
            "mid " + section.mid() + " has another slot");
      }
    }
  }
}
