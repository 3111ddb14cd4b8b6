package dev.sluice.core.room;

import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.peer.PeerSession;
import java.util.Arrays;

/**
 * The slots that one stream goes to, and whose they are.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet; the slots of a place change while a
 * packet is on its way through them, so they are gone through by index.
 */
final class Route {
  private final IngressStream stream;
  private final PeerSession publisher;
  private final HeldPackets held = new HeldPackets();
  private boolean noted;
  private PeerSession[] peers = new PeerSession[4];
  private EgressSlot[] slots = new EgressSlot[4];
  private int count;
  private int clockRateHz;

  Route(IngressStream stream, PeerSession publisher) {
    this.stream = stream;
    this.publisher = publisher;
  }

  IngressStream stream() {
    return stream;
  }

  /** Who sends the stream. */
  PeerSession publisher() {
    return publisher;
  }

  /** How many slots there are. */
  int count() {
    return count;
  }

  /** The peer that has a slot. */
  PeerSession peer(int place) {
    return peers[place];
  }

  EgressSlot slot(int place) {
    return slots[place];
  }

  /** What has come and is to be forwarded together. */
  HeldPackets held() {
    return held;
  }

  /** Whether the forwarder looks after what is held here. */
  boolean noted() {
    return noted;
  }

  void setNoted(boolean newNoted) {
    noted = newNoted;
  }

  /** Notes the clock of the last packet; true when it is not that of the one before. */
  boolean changesClock(int newClockRateHz) {
    boolean changed = clockRateHz != 0 && clockRateHz != newClockRateHz;
    clockRateHz = newClockRateHz;
    return changed;
  }

  /** Adds a slot once. */
  void add(PeerSession peer, EgressSlot slot) {
    for (int i = 0; i < count; i++) {
      if (slots[i] == slot) {
        return;
      }
    }
    if (count == slots.length) {
      peers = Arrays.copyOf(peers, 2 * count);
      slots = Arrays.copyOf(slots, 2 * count);
    }
    peers[count] = peer;
    slots[count++] = slot;
  }

  /** Keeps the order of the others: a packet in the middle of its fan-out is not sent twice. */
  void remove(EgressSlot slot) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (slots[i] != slot) {
        peers[kept] = peers[i];
        slots[kept++] = slots[i];
      }
    }
    count = kept;
  }
}
