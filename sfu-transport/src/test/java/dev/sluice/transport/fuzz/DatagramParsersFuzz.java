package dev.sluice.transport.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.testkit.fuzz.FuzzTargets;
import dev.sluice.transport.dtls.DtlsRecordFuzz;
import dev.sluice.transport.ice.StunFuzz;
import dev.sluice.transport.tcp.FrameFuzz;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a stranger sends to the port, it is read within its bounds and proves nothing. */
@Tag("S8")
class DatagramParsersFuzz {
  private static final FuzzTargets TARGETS = new FuzzTargets(targets());

  private static List<FuzzTarget> targets() {
    List<FuzzTarget> targets = new ArrayList<>(StunFuzz.targets());
    targets.add(DtlsRecordFuzz.target());
    targets.add(FrameFuzz.target());
    return targets;
  }

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
