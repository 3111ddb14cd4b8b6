package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("R4")
class RedPayloadTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "primary only, 6f 78 01, 111, 1",
    "one redundant block, ef 0f 00 02 6f aa bb 78 01, 111, 7",
    "two redundant blocks, ef 1e 00 01 ef 0f 00 02 6f cc aa bb 78, 111, 12",
    "an empty redundant block, ef 0f 00 00 6f 78, 111, 5",
    "nothing behind the primary header, 6f, 111, -1",
    "a block longer than the payload, ef 0f 03 ff 6f 78, 111, -1",
    "headers without end, ef 0f 00 02, -1, -1",
    "a header cut short, ef 0f, -1, -1",
    "nothing, '', -1, -1",
  })
  void findsThePrimaryEncoding(String what, String payload, int payloadType, int offset) {
    byte[] red = HexFormat.of().parseHex(payload.replace(" ", ""));
    // Not at the array's start, as in a packet; and nothing behind it.
    byte[] bytes = new byte[red.length + 12];
    System.arraycopy(red, 0, bytes, 12, red.length);
    assertThat(RedPayload.primaryPayloadType(bytes, 12, red.length)).isEqualTo(payloadType);
    assertThat(RedPayload.primaryOffset(bytes, 12, red.length))
        .isEqualTo(offset < 0 ? -1 : offset + 12);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "primary only, 6f 78 01, 1",
    "one redundant block, ef 0f 00 02 6f aa bb 78 01, 5",
    "two redundant blocks, ef 1e 00 01 ef 0f 00 02 6f cc aa bb 78, 9",
    "blocks of two formats, e0 0f 00 02 6f aa bb 78 01, -1",
    "nothing behind the primary header, 6f, -1",
    "headers without end, ef 0f 00 02, -1",
  })
  void tellsWhetherItCanBeForwardedAsItIs(String what, String payload, int length) {
    byte[] red = HexFormat.of().parseHex(payload.replace(" ", ""));
    assertThat(RedPayload.headersLength(red, 0, red.length)).isEqualTo(length);
  }

  @Test
  void boundsTheBlocksOfAPacket() {
    int blocks = RedPayload.MAX_REDUNDANT_BLOCKS;
    assertThat(RedPayload.headersLength(emptyBlocks(blocks), 0, 4 * blocks + 2))
        .isEqualTo(4 * blocks + 1);
    assertThat(RedPayload.headersLength(emptyBlocks(blocks + 1), 0, 4 * blocks + 6)).isEqualTo(-1);
  }

  @Test
  void givesEveryBlockAnotherPayloadType() {
    byte[] red = HexFormat.of().parseHex("ef1e0001ef0f00026fccaabb78");
    byte[] out = new byte[11];
    RedPayload.writeHeaders(red, 0, 9, 96, out, 2);
    assertThat(HexFormat.of().formatHex(out)).isEqualTo("0000e01e0001e00f000260");
  }

  private static byte[] emptyBlocks(int count) {
    byte[] red = new byte[4 * count + 2];
    for (int i = 0; i < count; i++) {
      red[4 * i] = (byte) 0xEF;
    }
    red[4 * count] = 0x6F;
    return red;
  }
}
