package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.PeerKey;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.LocalTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a peer's transport keeps, and what it changes, when its client restarts ICE. */
@Tag("C7")
class TransportRestartTest extends NodeFixture {
  private static final PeerKey ADA = new PeerKey(new RoomId("room"), new ParticipantId("P-ada"));

  @Test
  void changesTheCredentialsAndNothingElse() {
    SfuNode node = stepped();
    LocalTransport before = node.openTransport(ADA);
    LocalTransport after = node.restartTransport(ADA);
    assertThat(after.iceUfrag()).isNotEqualTo(before.iceUfrag());
    assertThat(after.icePwd()).isNotEqualTo(before.icePwd());
    assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
    assertThat(after.candidates()).isEqualTo(before.candidates());
    assertThat(node.openTransport(ADA)).isEqualTo(after);
    assertThat(node.transportCount()).isOne();
  }

  @Test
  void opensATransportForAPeerThatHasNone() {
    SfuNode node = stepped();
    LocalTransport opened = node.restartTransport(ADA);
    assertThat(node.transportCount()).isOne();
    assertThat(node.openTransport(ADA)).isEqualTo(opened);
  }
}
