package dev.sluice.core.sdp;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Recorded offers with lines and characters disturbed: an answer, or a sentence, nothing else. */
class OfferMutationTest {
  private static final long SEED = 20261121;
  private static final int ROUNDS = 6_000;
  private static final String SPICE = "\0\r\n \t:;=/,~-*0149aZ\u00e9\uffff";

  @Test
  void answersOrExplainsEveryDisturbedOffer() throws SdpException {
    List<String> offers = new ArrayList<>();
    for (String name : SdpFixtures.RECORDED_OFFERS) {
      offers.add(SdpFixtures.recorded(name));
    }
    NegotiatedSession previous =
        SdpFixtures.answer(SdpFixtures.recorded("chromium-156-initial-offer")).session();
    Random random = new Random(SEED);
    int answered = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String offer = disturb(offers.get(random.nextInt(offers.size())), random);
      try {
        SdpFuzz.negotiateTwice(offer, round % 2 == 0 ? null : previous);
        answered++;
      } catch (SdpException expected) {
        refused++;
        String sentence = expected.getMessage();
        if (sentence == null || !sentence.endsWith(".") || sentence.length() > 300) {
          fail("seed %d, round %d: not a sentence: %s", SEED, round, sentence);
        }
      } catch (RuntimeException | Error unexpected) {
        fail("seed " + SEED + ", round " + round + ":\n" + offer, unexpected);
      }
    }
    // Neither way may starve, or the test would prove nothing.
    if (answered < ROUNDS / 10 || refused < ROUNDS / 10) {
      fail("seed %d: %d answered, %d refused", SEED, answered, refused);
    }
  }

  private static String disturb(String offer, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(offer.split("\r\n", -1)));
    lines.removeLast();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(at, line);
        case 2 -> lines.add(random.nextInt(lines.size()), line);
        case 3 -> lines.set(at, lines.get(random.nextInt(lines.size())));
        case 4 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
        default -> lines.set(at, withOtherCharacter(line, random));
      }
      if (lines.isEmpty()) {
        lines.add("v=0");
      }
    }
    return String.join(random.nextBoolean() ? "\r\n" : "\n", lines) + "\r\n";
  }

  private static String withOtherCharacter(String line, Random random) {
    int at = line.isEmpty() ? 0 : random.nextInt(line.length());
    char spice = SPICE.charAt(random.nextInt(SPICE.length()));
    int drop = Math.min(random.nextInt(2), line.length() - at);
    return line.substring(0, at) + spice + line.substring(at + drop);
  }
}
