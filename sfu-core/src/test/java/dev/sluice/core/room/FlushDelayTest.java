package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.LanePorts;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import dev.sluice.core.testkit.PeerPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a packet waits for the rest of its frame, and what leaves together. */
@Tag("R11")
class FlushDelayTest {
  private static final long MILLI = 1_000_000;

  /** What left in one message, and when. */
  private record Sent(long afterMillis, int packets) {}

  private final PlainRoom plain = new PlainRoom();
  private final Room room = plain.room;
  private final SrtpSender keys = plain.sender(0);
  private final List<Sent> sent = new ArrayList<>();
  private final byte[] datagram = new byte[1500];
  private long nowNanos = 1_000_000_000;
  private long startNanos;
  private int sequence;
  private int picture;
  private final PeerSession publisher;

  FlushDelayTest() {
    publisher = join(PeerPlan.publishing("publisher"), 0);
    join(PeerPlan.watching("viewer", 1), 1);
    frame(0); // a keyframe, with which the viewer begins
    pass(50);
    sent.clear();
    startNanos = nowNanos;
  }

  @Test
  void aFrameWhosePacketsComeFiveMillisecondsApartLeavesInThreeMessages() {
    frame(5);

    assertThat(sent).containsExactly(new Sent(1, 1), new Sent(6, 1), new Sent(10, 1));
  }

  @Test
  void inARoomThatWaitsLongerItLeavesAsOneWithItsLastPacket() {
    setFlushDelay(12);

    frame(5);

    assertThat(sent).containsExactly(new Sent(10, 3));
  }

  @Test
  void whatIsHeldLeavesAfterTheDelayWhenTheRestDoesNotCome() {
    setFlushDelay(12);

    send(false);
    pass(30);

    assertThat(sent).containsExactly(new Sent(12, 1));
  }

  @Test
  void whatWaitsAlreadyKeepsItsTimeWhenTheRoomIsSetUpAnew() {
    setFlushDelay(12);

    send(false);
    setFlushDelay(1);
    pass(5);
    send(false);
    pass(20);

    assertThat(sent).containsExactly(new Sent(6, 2));
  }

  @Test
  void noRoomHoldsBackWhatANextFrameWouldOvertake() {
    RoomSettings settings = room.settings();
    assertThatThrownBy(() -> settings.withFlushDelay(RoomSettings.MAX_FLUSH_DELAY_NANOS + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings.withFlushDelay(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void setFlushDelay(int millis) {
    room.configure(room.settings().withFlushDelay(millis * MILLI), nowNanos);
  }

  /** A frame of three packets, so far apart. */
  private void frame(int gapMillis) {
    send(false);
    pass(gapMillis);
    send(false);
    pass(gapMillis);
    send(true);
    pass(1);
  }

  private void send(boolean marker) {
    byte[] payload = MediaPayload.vp8(picture == 0, sequence % 3, picture, 640, 360, 0);
    datagram[0] = (byte) 0x80;
    datagram[1] = (byte) ((marker ? 0x80 : 0) | Agreement.VP8.payloadType());
    RtpPacket.setSequence(datagram, 0, sequence);
    RtpPacket.setTimestamp(datagram, 0, 3_000L * picture);
    RtpPacket.setSsrc(datagram, 0, Agreement.videoSsrc(0, 0));
    int length = keys.protectRtp(datagram, 0, 12, 0, payload, 0, payload.length);
    room.handleRtp(publisher, datagram, 0, length, nowNanos);
    turn();
    sequence++;
    picture += marker ? 1 : 0;
  }

  /** In steps of a millisecond. */
  private void pass(int millis) {
    for (int i = 0; i < millis; i++) {
      nowNanos += MILLI;
      turn();
    }
  }

  private void turn() {
    if (room.nextDeadlineNanos() <= nowNanos) {
      room.handleTimeout(nowNanos);
    }
  }

  private PeerSession join(PeerPlan plan, int number) {
    return plain.join(plan, number, this::note, LanePorts.NONE, nowNanos);
  }

  private void note(DatagramBatch batch) {
    int media = 0;
    int offset = 0;
    for (int i = 0; i < batch.count(); i++) {
      boolean video = (batch.buffer()[offset + 1] & 0x7F) == Agreement.VP8.payloadType();
      media += video ? 1 : 0;
      offset += batch.length(i);
    }
    if (media > 0) {
      sent.add(new Sent((nowNanos - startNanos) / MILLI, media));
    }
  }
}
