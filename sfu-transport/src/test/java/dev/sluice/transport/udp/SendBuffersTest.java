package dev.sluice.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SendBuffersTest {
  private final SendBuffers buffers = new SendBuffers(100);

  private ByteBuf take() {
    return Objects.requireNonNull(buffers.take(), "no buffer is free");
  }

  @Test
  void givesABufferAgainOnceItWasSent() {
    ByteBuf first = take();
    first.writeLong(1).release();
    for (int i = 0; i < 63; i++) {
      take().release();
    }

    assertThat(take()).isSameAs(first);
    assertThat(first.isReadable()).isFalse();
  }

  @Test
  void hasNoneWhileAllAreOnTheirWay() {
    List<ByteBuf> queued = new ArrayList<>();
    for (ByteBuf next = buffers.take(); next != null; next = buffers.take()) {
      queued.add(next);
    }
    assertThat(queued).hasSize(64).allSatisfy(one -> assertThat(one.refCnt()).isEqualTo(2));

    queued.getFirst().release();

    assertThat(buffers.take()).isSameAs(queued.getFirst());
  }

  @Test
  void freesWhatIsOnItsWayWhenItHasLeft() {
    ByteBuf queued = take();

    buffers.close();
    assertThat(queued.refCnt()).isEqualTo(1);
    queued.release();
    assertThat(queued.refCnt()).isZero();
  }
}
