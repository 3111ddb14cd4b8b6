package dev.sluice.perf;

import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.util.Random;

/** Keys that protect nothing, the same in every run. */
final class BenchmarkKeys {
  private BenchmarkKeys() {}

  static SrtpKeys of(SrtpProfile profile, long seed) {
    byte[] material = new byte[SrtpKeys.exporterLength(profile)];
    new Random(seed).nextBytes(material);
    return SrtpKeys.fromExporter(profile, material);
  }
}
