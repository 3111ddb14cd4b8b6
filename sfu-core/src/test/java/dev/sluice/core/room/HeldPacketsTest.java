package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.codec.MediaPacket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What waits to be forwarded together. */
@Tag("R11")
class HeldPacketsTest {
  private final HeldPackets held = new HeldPackets();

  @Test
  void isDueWhenTheFirstPacketHasWaitedOrThePictureEnds() {
    assertThat(held.dueNanos()).isEqualTo(Long.MAX_VALUE);

    MediaPacket spare = held.hold(new MediaPacket(), 1_000);
    spare = held.hold(spare, 1_400);
    assertThat(held.dueNanos()).isEqualTo(1_000);

    MediaPacket ignored = held.hold(spare, 600);
    assertThat(held.dueNanos()).isEqualTo(600);

    held.clear();
    assertThat(held.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void givesNoObjectAwayThatIsHeldAndMakesNoneOnceItHasGrown() {
    Set<MediaPacket> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    MediaPacket next = new MediaPacket();
    for (int round = 0; round < 3; round++) {
      List<MediaPacket> order = new ArrayList<>();
      while (!held.isFull()) {
        assertThat(order).as("the object for the next packet is free").doesNotContain(next);
        order.add(next);
        seen.add(next);
        next = held.hold(next, 0);
      }
      assertThat(held.count()).isEqualTo(HeldPackets.MAX_PACKETS);
      for (int i = 0; i < order.size(); i++) {
        assertThat(held.packet(i)).isSameAs(order.get(i));
      }
      held.clear();
    }
    assertThat(seen).hasSize(HeldPackets.MAX_PACKETS + 1);
    assertThatThrownBy(() -> held.packet(0)).isInstanceOf(IllegalStateException.class);
  }
}
