package dev.sluice.api.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.api.auth.TokenFuzz;
import dev.sluice.api.session.ClientMessageFuzz;
import dev.sluice.core.testkit.fuzz.FuzzTargets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends as text, it is understood within its bounds or refused in a sentence. */
@Tag("S8")
class MessageParsersFuzz {
  private static final FuzzTargets TARGETS =
      new FuzzTargets(List.of(ClientMessageFuzz.target(), TokenFuzz.target()));

  static Stream<byte[]> seeds() {
    return TARGETS.seeds();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "5s")
  void keepsItsPromises(byte[] input) throws Exception {
    TARGETS.accept(input);
  }

  @AfterAll
  static void report() {
    System.out.print(TARGETS.report());
  }
}
