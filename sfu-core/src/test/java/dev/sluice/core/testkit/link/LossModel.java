package dev.sluice.core.testkit.link;

import java.util.SplittableRandom;

/** Decides which packets a link loses besides those that its queue has no room for. */
public interface LossModel {
  /** Whether the next packet is lost. */
  boolean losesNext();

  /** Loses nothing. */
  static LossModel none() {
    return () -> false;
  }

  /** Loses each packet with the same probability. */
  static LossModel random(double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> random.nextDouble() < share;
  }

  /**
   * Loses in bursts (Gilbert and Elliott): a good state that loses nothing and a bad one that loses
   * {@code badLoss}, each left with its own probability per packet.
   */
  static LossModel gilbertElliott(double goodToBad, double badToGood, double badLoss, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new LossModel() {
      private boolean bad;

      @Override
      public boolean losesNext() {
        bad = bad ? random.nextDouble() >= badToGood : random.nextDouble() < goodToBad;
        return bad && random.nextDouble() < badLoss;
      }
    };
  }
}
