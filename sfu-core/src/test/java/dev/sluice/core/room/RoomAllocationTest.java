package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.peer.LanePort;
import dev.sluice.core.peer.LaneWorker;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.PlainCiphers;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way of a packet through a room, and of its retransmission, costs no garbage. */
@Tag("R11")
class RoomAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TURNS = 20_000;
  private static final int VIDEO_SSRC = Agreement.videoSsrc(0, 0);

  private final PlainRoom plain = new PlainRoom();
  private final Room room = plain.room;
  private final LaneWorker lane =
      new LaneWorker(MediaMeans.with(new PlainCiphers()), new DropCounters());
  private final SrtpSender publisherKeys = plain.sender(0);
  private final SrtpSender viewerKeys = plain.sender(1);
  private final RtcpWriter rtcp = new RtcpWriter();
  private final byte[] payload = MediaPayload.vp8(true, 0, 1, 640, 360, 0);
  private final byte[] datagram = new byte[1500];
  private final long[] missing = new long[1];
  private int lastSequence;
  private long datagramsSent;
  private long nowNanos = 1_000_000_000;
  private int sequence;

  @Test
  void forwardingAndRetransmittingAllocateNothing() {
    PeerSession publisher = join(PeerPlan.publishing("publisher"), 0);
    PeerSession viewer = join(PeerPlan.watching("viewer", 1), 1);
    allocatesNothing(publisher, viewer);
    assertThat(lane.orders()).isZero();
  }

  @Test
  void norWhereAnotherWorkerEncryptsAndSends() {
    room.setEgressShares(new EgressShares(2, 0, 1));
    PeerSession publisher = join(PeerPlan.publishing("publisher"), 0);
    PeerSession viewer = join(PeerPlan.watching("viewer", 1), 1);
    allocatesNothing(publisher, viewer);
    assertThat(lane.orders()).isGreaterThan(TURNS / 3);
  }

  private void allocatesNothing(PeerSession publisher, PeerSession viewer) {
    for (int i = 0; i < TURNS; i++) {
      turn(publisher, viewer);
      housekeeping();
    }
    long sentBefore = datagramsSent;
    long resentBefore = resent();
    long allocated = 0;
    for (int i = 0; i < TURNS; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      turn(publisher, viewer);
      allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
      housekeeping();
    }
    // A stray allocation of the JVM itself may fall in between; one of ours would come each turn.
    assertThat(allocated).isLessThan(TURNS);
    assertThat(datagramsSent - sentBefore).isGreaterThan(TURNS + TURNS / 20);
    assertThat(resent() - resentBefore).isGreaterThan(TURNS / 20);
  }

  /** A packet of a picture, of which each has three; every tenth is asked for again. */
  private void turn(PeerSession publisher, PeerSession viewer) {
    nowNanos += 300_000;
    sequence++;
    boolean marker = sequence % 3 == 0;
    RtpPacket.setSequence(datagram, 0, sequence);
    datagram[0] = (byte) 0x80;
    datagram[1] = (byte) ((marker ? 0x80 : 0) | Agreement.VP8.payloadType());
    RtpPacket.setTimestamp(datagram, 0, 90L * sequence);
    RtpPacket.setSsrc(datagram, 0, VIDEO_SSRC);
    payload[2] = (byte) (0x80 | (sequence >> 8 & 0x7F));
    payload[3] = (byte) sequence;
    int length = publisherKeys.protectRtp(datagram, 0, 12, 0, payload, 0, payload.length);
    room.handleRtp(publisher, datagram, 0, length, nowNanos);
    room.flush(nowNanos);
    if (sequence % 10 == 0) {
      missing[0] = lastSequence;
      rtcp.begin(datagram, 0, 1200);
      rtcp.nack(1, (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, 1), missing, 0, 1);
      int size = viewerKeys.protectRtcp(datagram, 0, rtcp.length());
      room.handleRtcp(viewer, datagram, 0, size, nowNanos);
      room.flush(nowNanos);
    }
    room.nextDeadlineNanos();
  }

  /** What comes by time, not by packet. */
  private void housekeeping() {
    if (room.nextDeadlineNanos() <= nowNanos) {
      room.handleTimeout(nowNanos);
    }
  }

  private long resent() {
    RoomTotals totals = new RoomTotals();
    room.addTo(totals);
    return totals.packetsResent();
  }

  private PeerSession join(PeerPlan plan, int number) {
    return plain.join(plan, number, this::note, worker -> new AtOnce(), nowNanos);
  }

  /** The other worker, without a ring. */
  private final class AtOnce implements LanePort {
    private EgressOrder empty = new EgressOrder();

    @Override
    public EgressOrder offer(EgressLane to, EgressOrder order) {
      lane.handle(to, order);
      EgressOrder next = empty;
      empty = order;
      return next;
    }

    @Override
    public void send(DatagramBatch batch) {
      note(batch);
    }
  }

  private void note(DatagramBatch batch) {
    int offset = 0;
    for (int i = 0; i < batch.count(); i++) {
      datagramsSent++;
      // SRTP leaves the header in the clear.
      if ((batch.buffer()[offset + 1] & 0x7F) == Agreement.VP8.payloadType()) {
        lastSequence = RtpPacket.sequence(batch.buffer(), offset);
      }
      offset += batch.length(i);
    }
  }
}
