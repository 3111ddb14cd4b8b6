package dev.sluice.core.control;

/**
 * What the server has laid down for one participant's subscription to one track, whatever the
 * participant's own view says. A value.
 *
 * @param allowance whether it gets the track
 * @param cap the largest picture of the track that it is sent
 */
public record SubscriptionRule(Allowance allowance, SlotLimits cap) {
  /** No rule. */
  public static final SubscriptionRule NONE =
      new SubscriptionRule(Allowance.BY_VIEW, SlotLimits.NONE);

  /** Who decides. */
  public enum Allowance {
    /** The participant. */
    BY_VIEW,
    /** The server: it gets the track before all others. */
    SUBSCRIBED,
    /** The server: it does not get the track. */
    UNSUBSCRIBED
  }
}
