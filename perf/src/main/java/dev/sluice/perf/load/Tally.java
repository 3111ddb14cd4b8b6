package dev.sluice.perf.load;

import dev.sluice.core.media.DropReason;

/** What all participants have received together. Owner: the loop. */
final class Tally {
  final Histogram delays = new Histogram();
  long packets;
  long bytes;
  long decrypted;
  long undecryptable;
  long replayed;
  long retransmissions;
  long nacks;
  long rtcp;
  long lostOnPurpose;

  void countRefused(DropReason reason) {
    if (reason == DropReason.REPLAYED || reason == DropReason.TOO_OLD) {
      replayed++;
    } else {
      undecryptable++;
    }
  }
}
