package dev.sluice.core.peer;

import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.egress.EgressSlot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the packets are that wait for the {@link dev.sluice.core.bandwidth.Pacer}: where each lies,
 * not its bytes. The pacer decides whose turn it is; both keep the order within a kind.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PacedPackets {
  private static final int MAX_VIDEO = 1024;
  private static final int MAX_RETRANSMISSIONS = 256;

  private final Line video = new Line(MAX_VIDEO);
  private final Line retransmissions = new Line(MAX_RETRANSMISSIONS);
  private @Nullable EgressSlot slot;
  private int streamId;
  private long sequence;

  boolean canAdd(TrafficKind kind) {
    return !line(kind).isFull();
  }

  void add(TrafficKind kind, EgressSlot forSlot, int fromStreamId, long packetSequence) {
    line(kind).add(forSlot, fromStreamId, packetSequence);
  }

  void remove(TrafficKind kind) {
    line(kind).remove(this);
  }

  /**
   * What waits of a stream for a slot is of no use any more: when its turn comes it is nothing's.
   */
  public void forget(EgressSlot forSlot, int ofStreamId) {
    video.forget(forSlot, ofStreamId);
  }

  /** The slot of the packet whose turn it is. */
  public EgressSlot slot() {
    return Objects.requireNonNull(slot);
  }

  /**
   * The stream in whose history it lies, or {@link EgressSlot#NOTHING}; of no meaning for a
   * retransmission.
   */
  public int streamId() {
    return streamId;
  }

  /** Its number in that history; for a retransmission the 16-bit number it was sent under. */
  public long sequence() {
    return sequence;
  }

  private Line line(TrafficKind kind) {
    return switch (kind) {
      case VIDEO -> video;
      case RETRANSMISSION -> retransmissions;
      case AUDIO, PADDING -> throw new IllegalArgumentException(kind + " never waits");
    };
  }

  /** A ring that grows with need up to its bound. */
  private static final class Line {
    private static final int INITIAL = 16;

    private final int capacity;
    private @Nullable EgressSlot[] slots = new EgressSlot[INITIAL];
    private int[] streamIds = new int[INITIAL];
    private long[] sequences = new long[INITIAL];
    private int head;
    private int size;

    Line(int capacity) {
      this.capacity = capacity;
    }

    boolean isFull() {
      return size == capacity;
    }

    void add(EgressSlot slot, int streamId, long sequence) {
      if (size == slots.length) {
        grow();
      }
      int index = (head + size) & (slots.length - 1);
      slots[index] = slot;
      streamIds[index] = streamId;
      sequences[index] = sequence;
      size++;
    }

    void remove(PacedPackets out) {
      out.slot = slots[head];
      out.streamId = streamIds[head];
      out.sequence = sequences[head];
      slots[head] = null;
      head = (head + 1) & (slots.length - 1);
      size--;
    }

    void forget(EgressSlot slot, int streamId) {
      for (int i = 0; i < size; i++) {
        int index = (head + i) & (slots.length - 1);
        if (slots[index] == slot && streamIds[index] == streamId) {
          streamIds[index] = EgressSlot.NOTHING;
        }
      }
    }

    private void grow() {
      int length = slots.length;
      @Nullable EgressSlot[] newSlots = new EgressSlot[2 * length];
      int[] newStreamIds = new int[2 * length];
      long[] newSequences = new long[2 * length];
      for (int i = 0; i < size; i++) {
        int index = (head + i) & (length - 1);
        newSlots[i] = slots[index];
        newStreamIds[i] = streamIds[index];
        newSequences[i] = sequences[index];
      }
      slots = newSlots;
      streamIds = newStreamIds;
      sequences = newSequences;
      head = 0;
    }
  }
}
