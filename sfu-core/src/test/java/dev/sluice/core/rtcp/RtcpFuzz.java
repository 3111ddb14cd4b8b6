package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.RecordedPackets;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** RTCP datagrams and the cursors over each kind of packet as a fuzz target. */
public final class RtcpFuzz {
  private RtcpFuzz() {}

  /** Every cursor stays within its packet, ends, and finds the same whatever lies around it. */
  public static FuzzTarget target() {
    List<byte[]> seeds = new ArrayList<>();
    RecordedPackets.all().forEach(it -> seeds.addAll(it.ofKind("RTCP")));
    return new FuzzTarget(
        'c',
        "rtcp",
        input -> HostileRtcpTest.readsInside(input, new EnumMap<>(RtcpKind.class), "rtcp"),
        seeds.subList(0, Math.min(60, seeds.size())));
  }
}
