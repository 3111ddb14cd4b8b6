package dev.sluice.core.peer;

import dev.sluice.core.media.DropCounters;
import dev.sluice.core.srtp.SrtpCiphers;

/**
 * What one worker encrypts and sends for rooms of other workers. It decides nothing: which packets,
 * their numbers and their pace are settled when an order comes. Owner: the worker.
 */
public final class LaneWorker {
  private final SrtpCiphers ciphers;
  private final DropCounters drops;

  /** One for all lanes: each order is carried out at once and whole. */
  private final DatagramBatch batch = new DatagramBatch();

  private long orders;

  /**
   * Without lanes.
   *
   * @param ciphers of this worker's thread
   * @param drops what does not leave is counted here
   */
  public LaneWorker(SrtpCiphers ciphers, DropCounters drops) {
    this.ciphers = ciphers;
    this.drops = drops;
  }

  /** Carries out an order; it is empty then, whatever happens. */
  public void handle(EgressLane lane, EgressOrder order) {
    try {
      orders++;
      lane.handle(order, ciphers, batch, drops);
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
