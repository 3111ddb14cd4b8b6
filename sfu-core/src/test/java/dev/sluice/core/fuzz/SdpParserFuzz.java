package dev.sluice.core.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.core.sdp.SdpFuzz;
import dev.sluice.core.testkit.fuzz.FuzzTargets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is offered, it is answered by the rules or refused in a sentence. Apart from the parsers
 * of packets, which take a hundred inputs in the time of one offer.
 */
@Tag("S8")
class SdpParserFuzz {
  private static final FuzzTargets TARGETS = new FuzzTargets(SdpFuzz.targets());

  static Stream<byte[]> seeds() {
    return TARGETS.seeds();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "5s")
  void answersOrRefuses(byte[] input) throws Exception {
    TARGETS.accept(input);
  }

  @AfterAll
  static void report() {
    System.out.print(TARGETS.report());
  }
}
