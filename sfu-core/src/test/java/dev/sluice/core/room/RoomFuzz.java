package dev.sluice.core.room;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.PlainCiphers;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.time.MediaClock;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A participant with good keys who sends whatever he likes, as a fuzz target. */
public final class RoomFuzz {
  private static final RoomId ROOM = new RoomId("room");
  private static final int TAG_BYTES = 16;
  private static final int MAX_DATAGRAM_BYTES = 1_500;
  private static final int RTCP_BIT = 0x80;
  private static final long MILLISECOND = 1_000_000;

  private final Room room =
      new Room(
          ROOM,
          RoomLimits.DEFAULT,
          new MediaClock(0, 1_600_000_000_000L),
          MediaMeans.with(new PlainCiphers()),
          1,
          new AtomicInteger()::incrementAndGet,
          null);
  private long nowNanos = 1_000_000_000;
  private int srtcpIndex;

  private RoomFuzz() {}

  public static FuzzTarget target() {
    byte[] keyframe = HexFormat.of().parseHex("100000009d012a4001f000");
    ByteBuffer seed = ByteBuffer.allocate(1_000);
    for (int sequence : new int[] {1, 2, 9, 400}) {
      seed.put((byte) 20).put((byte) (12 + keyframe.length));
      seed.put((byte) 0x80).put((byte) (0x80 | Agreement.VP8.payloadType()));
      seed.putShort((short) sequence).putInt(3_000 * sequence).putInt(Agreement.videoSsrc(0, 0));
      seed.put(keyframe);
    }
    byte[] nack =
        ByteBuffer.allocate(16).putInt(0x81CD_0003).putInt(1).putInt(2).putInt(-1).array();
    seed.put((byte) (RTCP_BIT | 20)).put((byte) nack.length).put(nack);
    byte[] input = Arrays.copyOf(seed.array(), seed.position());
    return new FuzzTarget('m', "room", it -> new RoomFuzz().accept(it), List.of(input));
  }

  /**
   * A series of packets, each behind a byte for its kind and the milliseconds that pass before it
   * and one for its length. No packet breaks the room or makes it spin, and what goes out is whole.
   */
  private void accept(byte[] input) {
    PeerSession mallory = join(0, "mallory");
    join(1, "viewer");
    int at = 0;
    while (at + 2 <= input.length) {
      int length = Math.min(input[at + 1] & 0xFF, input.length - at - 2);
      byte[] packet = Arrays.copyOfRange(input, at + 2, at + 2 + length);
      pass((input[at] & ~RTCP_BIT) * MILLISECOND);
      if ((input[at] & RTCP_BIT) == 0) {
        byte[] srtp = Arrays.copyOf(packet, length + TAG_BYTES);
        room.handleRtp(mallory, srtp, 0, srtp.length, nowNanos);
      } else {
        byte[] srtcp = Arrays.copyOf(packet, length + TAG_BYTES + 4);
        ByteBuffer.wrap(srtcp).putInt(srtcp.length - 4, 0x8000_0000 | ++srtcpIndex);
        room.handleRtcp(mallory, srtcp, 0, srtcp.length, nowNanos);
      }
      drain();
      at += 2 + length;
    }
    pass(300 * MILLISECOND);
  }

  private void pass(long nanos) {
    long end = nowNanos + nanos;
    while (room.nextDeadlineNanos() <= end) {
      nowNanos = Math.max(nowNanos, room.nextDeadlineNanos());
      room.handleTimeout(nowNanos);
      drain();
      require(room.nextDeadlineNanos() > nowNanos, "the room is due again at once");
    }
    nowNanos = end;
  }

  private PeerSession join(int number, String name) {
    PeerPlan plan = PeerPlan.talking(name, 1);
    ParticipantId id = new ParticipantId(name);
    command(new RoomCommand.Join(ROOM, id, name, "", Grants.ALL, event -> {}));
    command(
        new RoomCommand.ApplyNegotiation(
            ROOM, id, 1, Agreement.session(plan, plan, number), Map.of()));
    command(new RoomCommand.ConfirmAnswer(ROOM, id, 1));
    room.connect(id, SimulatedPeer.keys(number), RoomFuzz::requireWhole, nowNanos);
    drain();
    return Objects.requireNonNull(room.peer(id));
  }

  private void command(RoomCommand command) {
    room.handleCommand(command, nowNanos);
    drain();
  }

  private void drain() {
    Delivery delivery = room.pollEvent();
    while (delivery != null) {
      delivery.listener().onEvent(delivery.event());
      delivery = room.pollEvent();
    }
  }

  private static void requireWhole(DatagramBatch batch) {
    int offset = 0;
    for (int i = 0; i < batch.count(); i++) {
      require(batch.length(i) <= MAX_DATAGRAM_BYTES, "a datagram that is too long");
      require((batch.buffer()[offset] & 0xC0) == 0x80, "neither RTP nor RTCP");
      offset += batch.length(i);
    }
  }
}
