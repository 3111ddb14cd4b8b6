package dev.sluice.core.room;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.peer.PeerSession;

/**
 * Sums over rooms, filled in by their worker and then handed on. What those have sent and received
 * who have left counts, so that the sums only grow.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives no longer than the process
public final class RoomTotals {
  final long[] drops = new long[DropReason.values().length];
  int rooms;
  int participants;
  int tracks;
  long packetsForwarded;
  long packetsResent;
  long packetsReceived;
  long packetsSent;
  long bytesReceived;
  long bytesSent;

  void add(PeerSession peer) {
    participants++;
    peer.drops().addTo(drops);
    count(peer);
  }

  /** Adds what a peer has sent and received. */
  void count(PeerSession peer) {
    packetsReceived += peer.packetsReceived();
    packetsSent += peer.egress().packetsSent();
    bytesReceived += peer.bytesReceived();
    bytesSent += peer.egress().bytesSent();
  }

  /** Takes away what a peer has sent and received elsewhere before it came here. */
  void discount(PeerSession peer) {
    packetsReceived -= peer.packetsReceived();
    packetsSent -= peer.egress().packetsSent();
    bytesReceived -= peer.bytesReceived();
    bytesSent -= peer.egress().bytesSent();
  }

  /** Adds the counters of others, and not who and what is there now. */
  public void addCounters(RoomTotals others) {
    for (int i = 0; i < drops.length; i++) {
      drops[i] += others.drops[i];
    }
    packetsForwarded += others.packetsForwarded;
    packetsResent += others.packetsResent;
    packetsReceived += others.packetsReceived;
    packetsSent += others.packetsSent;
    bytesReceived += others.bytesReceived;
    bytesSent += others.bytesSent;
  }

  public long dropped(DropReason reason) {
    return drops[reason.ordinal()];
  }

  public int rooms() {
    return rooms;
  }

  public int participants() {
    return participants;
  }

  public int tracks() {
    return tracks;
  }

  public long packetsForwarded() {
    return packetsForwarded;
  }

  public long packetsResent() {
    return packetsResent;
  }

  public long packetsReceived() {
    return packetsReceived;
  }

  public long packetsSent() {
    return packetsSent;
  }

  public long bytesReceived() {
    return bytesReceived;
  }

  public long bytesSent() {
    return bytesSent;
  }
}
