package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
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
}
