package dev.sluice.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C2")
class FrameReaderTest {
  private final FrameReader reader = new FrameReader();
  private final List<byte[]> frames = new ArrayList<>();

  private boolean read(byte... bytes) {
    return reader.read(
        Unpooled.wrappedBuffer(bytes), frame -> frames.add(ByteBufUtil.getBytes(frame)));
  }

  @Test
  void findsTheSameFramesHoweverTheStreamIsCut() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<byte[]> sent = new ArrayList<>();
      ByteBuf stream = Unpooled.buffer();
      for (int i = 0; i < 50; i++) {
        int longest = random.nextBoolean() ? 3 : FrameReader.MAX_FRAME_BYTES;
        byte[] frame = new byte[random.nextInt(longest + 1)];
        random.nextBytes(frame);
        sent.add(frame);
        stream.writeShort(frame.length).writeBytes(frame);
      }
      frames.clear();
      while (stream.isReadable()) {
        int piece = 1 + random.nextInt(random.nextBoolean() ? 4 : 5000);
        byte[] bytes = new byte[Math.min(piece, stream.readableBytes())];
        stream.readBytes(bytes);
        assertThat(read(bytes)).as("seed %d", seed).isTrue();
      }
      assertThat(frames).as("seed %d", seed).containsExactlyElementsOf(sent);
    }
  }

  @Test
  void findsFramesInABufferThatIsOnlyPartOfAnother() {
    ByteBuf buffer = Unpooled.wrappedBuffer(new byte[] {9, 9, 0, 1, 7, 0}).readerIndex(2);

    assertThat(reader.read(buffer, frame -> frames.add(ByteBufUtil.getBytes(frame)))).isTrue();
    assertThat(read((byte) 2, (byte) 5, (byte) 6)).isTrue();

    assertThat(frames).containsExactly(new byte[] {7}, new byte[] {5, 6});
  }

  @Test
  void takesTheLongestFrameAndRefusesOneByteMore() {
    int longest = FrameReader.MAX_FRAME_BYTES;
    byte[] frame = new byte[2 + longest];
    frame[0] = (byte) (longest >> 8);
    frame[1] = (byte) longest;
    assertThat(read(frame)).isTrue();
    assertThat(frames).hasSize(1);

    assertThat(read((byte) ((longest + 1) >> 8), (byte) (longest + 1)))
        .as("refused by its length alone")
        .isFalse();
  }

  @Test
  void refusesAFrameWhoseLengthComesInTwoPieces() {
    assertThat(read((byte) 0xFF)).isTrue();
    assertThat(read((byte) 0xFF)).isFalse();
    assertThat(frames).isEmpty();
  }
}
