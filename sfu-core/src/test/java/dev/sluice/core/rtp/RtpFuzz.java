package dev.sluice.core.rtp;

import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.List;

/** RTP header, extensions, padding and RTX as a fuzz target. */
public final class RtpFuzz {
  private RtpFuzz() {}

  /** Every accessor stays within the packet, and finds the same whatever lies around it. */
  public static FuzzTarget target() {
    List<byte[]> seeds = new ArrayList<>();
    RecordedPackets.all().forEach(it -> seeds.addAll(it.ofKind("RTP").subList(0, 12)));
    return new FuzzTarget('r', "rtp", input -> HostileRtpTest.readsInside(input, "rtp"), seeds);
  }
}
