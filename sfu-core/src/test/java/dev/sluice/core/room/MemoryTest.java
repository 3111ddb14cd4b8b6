package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.HeapFootprint;
import dev.sluice.core.testkit.MediaPayload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream and a slot hold, as docs/limits.md says it, summed over their real arrays. */
class MemoryTest {
  private static final long KIBIBYTE = 1024;

  @Test
  void aPublishedVideoStreamHoldsAtMostOneMebibyte() {
    assertThat(streamBytes(Agreement.VP8)).isBetween(768 * KIBIBYTE, 1024 * KIBIBYTE);
  }

  @Test
  void aPublishedAudioStreamHoldsAtMost64Kibibytes() {
    assertThat(streamBytes(Agreement.OPUS)).isBetween(32 * KIBIBYTE, 64 * KIBIBYTE);
  }

  @Test
  void aVideoSlotHoldsAtMost64Kibibytes() {
    assertThat(slotBytes(Agreement.VP8)).isBetween(16 * KIBIBYTE, 64 * KIBIBYTE);
  }

  @Test
  void anAudioSlotHoldsAtMost8Kibibytes() {
    assertThat(slotBytes(Agreement.OPUS)).isLessThanOrEqualTo(8 * KIBIBYTE);
  }

  @Test
  void aPlayerThatIsSentNothingHoldsAtMost16Kibibytes() {
    WatchingPeer player = WatchingPeer.withSsrc(1);
    player.connect();

    long bytes = HeapFootprint.ofArrays(player.peer(), player.means(), player.session());
    for (EgressSlot slot : player.slots()) {
      bytes += HeapFootprint.ofArrays(slot, slot.section());
    }

    assertThat(bytes).isBetween(4 * KIBIBYTE, 16 * KIBIBYTE);
  }

  private static long streamBytes(NegotiatedCodec codec) {
    PublishedTrack track =
        new PublishedTrack(
            new TrackId("t1"),
            new ParticipantId("p"),
            1,
            new PublisherClock(),
            Agreement.incoming("m", codec, List.of(), 1, 2, 0),
            PublishIntent.UNSPECIFIED);
    IngressStream stream = track.addStream(1, 1, "", null);
    return HeapFootprint.ofArrays(stream, track);
  }

  /** Of one that has sent a packet: before, it holds next to nothing. */
  private static long slotBytes(NegotiatedCodec codec) {
    EgressSlot slot = new EgressSlot(Agreement.slot("m", codec, 0, 0), 0x1_0000, 0);
    MediaPacket packet = new MediaPacket();
    byte[] payload = MediaPayload.vp8(true, 0, 1, 320, 180, 0);
    packet.setHeader(payload, 0, payload.length, 0x1_0000, 0, true);
    packet.setOrigin(1, codec.parameters(), 0);
    PayloadReader.of(codec.parameters().codec())
        .read(payload, 0, payload.length, true, packet.facts());
    slot.activate();
    slot.assign(1, 0x1001);
    assertThat(slot.forward(packet, new byte[2_048], 0, new OutgoingPacket())).isNull();
    return HeapFootprint.ofArrays(slot, slot.section());
  }
}
