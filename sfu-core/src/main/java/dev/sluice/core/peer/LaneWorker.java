package dev.sluice.core.peer;

import dev.sluice.core.media.DropCounters;

/**
 * What one worker encrypts and sends for rooms of other workers. It decides nothing: which packets,
 * their numbers and their pace are settled when an order comes. Owner: the worker.
 */
public final class LaneWorker {
  private final MediaMeans means;
  private final DropCounters drops;

  /** One for all lanes: each order is carried out at once and whole. */
  private final DatagramBatch batch;

  private long orders;

  /**
   * Without lanes.
   *
   * @param means of this worker
   * @param drops what does not leave is counted here
   */
  public LaneWorker(MediaMeans means, DropCounters drops) {
    this.means = means;
    batch = new DatagramBatch(means.buffers());
    this.drops = drops;
  }

  /** Carries out an order; it is empty then, whatever happens. */
  public void handle(EgressLane lane, EgressOrder order) {
    try {
      orders++;
      lane.handle(order, means.ciphers(), batch, drops);
    } finally {
      order.clear();
      batch.clear();
    }
  }

  /** Orders so far. */
  public long orders() {
    return orders;
  }
}
