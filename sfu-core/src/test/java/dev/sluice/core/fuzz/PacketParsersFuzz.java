package dev.sluice.core.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.core.codec.PayloadFuzz;
import dev.sluice.core.room.RoomFuzz;
import dev.sluice.core.rtcp.RtcpFuzz;
import dev.sluice.core.rtp.RtpFuzz;
import dev.sluice.core.srtp.SrtpFuzz;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.testkit.fuzz.FuzzTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the parsers of packets are given, they keep their promises. */
@Tag("S8")
class PacketParsersFuzz {
  private static final FuzzTargets TARGETS = new FuzzTargets(targets());

  private static List<FuzzTarget> targets() {
    List<FuzzTarget> targets = new ArrayList<>();
    targets.add(RtpFuzz.target());
    targets.add(RtcpFuzz.target());
    targets.addAll(PayloadFuzz.targets());
    targets.add(SrtpFuzz.target());
    targets.add(RoomFuzz.target());
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
