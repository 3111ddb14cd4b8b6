package dev.sluice.core.bandwidth;

/**
 * A short run of packets at a chosen rate, by whose arrival the path is measured.
 *
 * @param id 1 to 1023; names the run in {@link BandwidthEstimator#handleSent}
 * @param rateBps what is sent during the run, media included
 * @param minBytes how much makes the run complete
 * @param minPackets and of how many packets at least
 */
public record ProbeCluster(int id, long rateBps, int minBytes, int minPackets) {
  /** Checks the ranges. */
  public ProbeCluster {
    if (id < 1 || id > SentPackets.MAX_CLUSTER) {
      throw new IllegalArgumentException("probe cluster id " + id);
    }
    if (rateBps <= 0 || minBytes <= 0 || minPackets <= 1) {
      throw new IllegalArgumentException("a probe cluster needs a rate, bytes and packets");
    }
  }
}
