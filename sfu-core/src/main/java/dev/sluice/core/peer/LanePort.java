package dev.sluice.core.peer;

import org.jspecify.annotations.Nullable;

/**
 * Where the owner of a room hands over what another worker is to encrypt and send to one peer. What
 * one thread offers is carried out in that order.
 */
public interface LanePort {
  /**
   * Hands over an order for a lane. Called by the owner of the peer's room; must not block.
   *
   * @param order the other worker's from now on, unless the result is null
   * @return an empty order to go on with, or null when the other worker is too far behind: nothing
   *     was taken
   */
  @Nullable EgressOrder offer(EgressLane lane, EgressOrder order);

  /** Sends what the lane has encrypted. Called by the other worker; must not block. */
  void send(DatagramBatch batch);
}
