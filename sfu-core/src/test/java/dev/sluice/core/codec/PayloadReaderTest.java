package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.Codec;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads written by hand from the payload formats, and what they say. */
@Tag("R4")
class PayloadReaderTest {
  private final PayloadFacts facts = new PayloadFacts();

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "no extension, delta; 10 01; start descriptor=1",
        "no extension, keyframe too short for a size; 10 00; key start spatialUp descriptor=1",
        "keyframe 320x240; 10 00 00 00 9d 01 2a 40 01 f0 00; key start spatialUp descriptor=1"
            + " 320x240",
        "scaling hints are no part of the size; 10 00 00 00 9d 01 2a 40 41 f0 80;"
            + " key start spatialUp descriptor=1 320x240",
        "not the first partition; 11 00; descriptor=1",
        "not the start of a partition; 00 00; descriptor=1",
        "extension without fields; 90 00 01; start descriptor=2",
        "7-bit picture id; 90 80 7f 01; start descriptor=3 id=127/7",
        "15-bit picture id; 90 80 81 02 01; start descriptor=4 id=258/15",
        "all fields; b0 f0 ff ff 2a b3 01; start t=2 up descriptor=6 id=32767/15 tl0=42 key=19",
        "layer without sync; 90 e0 80 01 2a 40 01; start t=1 descriptor=6 id=1/15 tl0=42",
        "key index without layer; 90 10 f3 01; start descriptor=3 key=19",
      })
  void readsVp8(String what, String payload, String expected) {
    assertThat(describe(Codec.VP8, payload, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "90", "90 80", "90 80 80", "90 80 80 01", "b0 f0 80 01 2a 40"})
  void refusesVp8ThatEndsInOrBehindItsDescriptor(String payload) {
    assertThat(describe(Codec.VP8, payload, false)).isEqualTo("malformed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "keyframe without layers; 88 05 aa; key start spatialUp descriptor=2 id=5/7",
        "delta, end of frame; cc 85 06 aa; start end descriptor=3 id=1286/15",
        "middle of a keyframe; 80 05 aa; spatialUp descriptor=2 id=5/7",
        "non-flexible layer; ac 05 53 2a aa;"
            + " start end t=2 s=1 up inter spatialUp descriptor=4 id=5/7 tl0=42",
        "non-flexible base; a8 05 00 2a aa; key start spatialUp descriptor=4 id=5/7 tl0=42",
        "flexible with two references; f8 05 20 03 04 aa; start t=1 descriptor=5 id=5/7",
        "flexible with three references; f8 05 20 03 05 06 aa; start t=1 descriptor=6 id=5/7",
        "structure without sizes or groups; 8a 05 00 aa; key start spatialUp descriptor=3 id=5/7",
        "structure of two sizes; 8a 05 30 01 40 00 b4 02 80 01 68 aa;"
            + " key start spatialUp descriptor=11 id=5/7 320x180 640x360",
        "structure of a size and a picture group; 8a 05 18 01 40 00 b4 02 00 48 01 02 aa;"
            + " key start spatialUp descriptor=12 id=5/7 320x180",
        "picture group of two; 8a 05 08 02 00 28 01 02 aa; key start spatialUp descriptor=8 id=5/7",
      })
  void readsVp9(String what, String payload, String expected) {
    assertThat(describe(Codec.VP9, payload, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "88",
        "88 05",
        "88 85",
        "a8 05 00",
        "f8 05 20 03",
        "f8 05 20 03 05 07 aa",
        "8a 05",
        "8a 05 30 01 40 00 b4",
        "8a 05 08 ff aa",
        "8a 05 18 01 40 00 b4 02 00 48 01 02"
      })
  void refusesVp9ThatEndsInOrBehindItsDescriptor(String payload) {
    assertThat(describe(Codec.VP9, payload, false)).isEqualTo("malformed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "IDR slice; 65 b8 00; key start spatialUp",
        "later slice of an IDR picture; 65 40 00; says nothing",
        "first slice; 61 e0 00; start",
        "later slice; 61 40 00; says nothing",
        "parameter sets alone; 78 00 0f 67 42 c0 15 8c 8d 40 a0 cb cf 35 06 06 06 07 00 02 68 ce;"
            + " key sets start spatialUp 320x180",
        "sequence parameter set alone; 67 42 c0 20 8c 8d 40 28 02 dd 35 06 06 06 07 84 42 35 00;"
            + " key sets start spatialUp 1280x720",
        "picture parameter set alone; 68 ce 3c 80; start",
        "parameter set cut short; 67 42 c0; key sets start spatialUp",
        "access unit delimiter; 09 10; start",
        "supplemental information; 06 05 01; start",
        "end of sequence; 0a; says nothing",
        "first fragment of an IDR slice; 7c 85 b8 00; key start spatialUp",
        "middle fragment of an IDR slice; 7c 05 b8 00; says nothing",
        "last fragment of an IDR slice; 7c 45 b8 00; says nothing",
        "first fragment of a slice; 7c 81 e0 00; start",
        "aggregated slices; 78 00 02 61 e0 00 02 61 40; start",
      })
  void readsH264(String what, String payload, String expected) {
    assertThat(describe(Codec.H264, payload, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "78",
        "78 00",
        "78 00 00",
        "78 00 05 65 b8",
        "7c",
        "7c 85",
        "79 00 01",
        "7d 85 b8"
      })
  void refusesH264ThatCannotBe(String payload) {
    assertThat(describe(Codec.H264, payload, false)).isEqualTo("malformed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "IDR_W_RADL; 26 01 af; key start spatialUp",
        "CRA; 2a 01 af; key start spatialUp",
        "later segment of an IDR picture; 26 01 2f; says nothing",
        "trailing picture; 02 01 d0; start",
        "temporal layer 2, TSA_R; 06 03 d0; start t=2 up",
        "temporal layer 1, trailing; 02 02 d0; start t=1",
        "video parameter set; 40 01 0c; key start spatialUp",
        "picture parameter set; 44 01 c1; start",
        "suffix information; 50 01 05; says nothing",
        "first fragment of an IDR picture; 62 01 93 af; key start spatialUp",
        "middle fragment of an IDR picture; 62 01 13 af; says nothing",
        "aggregated parameter sets; 60 01 00 03 40 01 0c 00 03 44 01 c1; key start spatialUp",
        "sequence parameter set; 42 01 01 01 60 00 00 03 00 b0 00 00 03 00 00 03 00 5d a0 02 80 80"
            + " 2d 16; key sets start spatialUp 1280x720",
      })
  void readsH265(String what, String payload, String expected) {
    assertThat(describe(Codec.H265, payload, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "26",
        "26 01",
        "26 00 af",
        "60 01 00",
        "60 01 00 09 40 01",
        "62 01 93",
        "64 01 00"
      })
  void refusesH265ThatCannotBe(String payload) {
    assertThat(describe(Codec.H265, payload, false)).isEqualTo("malformed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "sequence header and frame; 28 0f 08 00 21 07 00 81 80 40 41 0f 3f b3 00 68 02 30 10;"
            + " key sets start spatialUp 320x180",
        "frame with layers; 10 34 48 10; start t=2 s=1",
        "frame without layers; 10 30 10; start",
        "tile group; 10 20 10; says nothing",
        "continuation; 90 34 40; says nothing",
        "continuation, then a frame; a0 02 ff ff 30 10; start",
        "all elements with length; 00 02 30 10 02 20 10; start",
      })
  void readsAv1(String what, String payload, String expected) {
    assertThat(describe(Codec.AV1, payload, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "98 30",
        "20 09 30 10",
        "20 01 30",
        "00 80",
        "00 ff ff ff ff 01 30",
        "30 01 30 01 30"
      })
  void refusesAv1ThatCannotBe(String payload) {
    assertThat(describe(Codec.AV1, payload, false)).isEqualTo("malformed");
  }

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"OPUS", "RED", "G722", "PCMU", "PCMA"})
  void takesEachAudioPacketForAWholeFrame(Codec codec) {
    assertThat(describe(codec, "78", false)).isEqualTo("key start end");
    assertThat(describe(codec, "", false)).isEqualTo("malformed");
  }

  @ParameterizedTest
  @CsvSource({"VP8, 1001", "H264, 6140", "H265, 02012f", "AV1, 102010"})
  void endsTheFrameAtTheMarkerWhereNothingElseSaysIt(Codec codec, String payload) {
    assertThat(describe(codec, payload, true)).contains("end");
    assertThat(describe(codec, payload, false)).doesNotContain("end");
  }

  @Test
  void forgetsThePreviousPacket() {
    describe(Codec.VP9, "8a 05 30 01 40 00 b4 02 80 01 68 aa", true);
    assertThat(describe(Codec.VP9, "40 aa", false)).isEqualTo("descriptor=1");
    assertThat(facts.width()).isEqualTo(-1);
    assertThat(facts.layerWidth(0)).isEqualTo(-1);
  }

  private String describe(Codec codec, String payload, boolean marker) {
    byte[] bytes = HexFormat.of().parseHex(payload.replace(" ", ""));
    boolean wellFormed = PayloadReader.of(codec).read(bytes, 0, bytes.length, marker, facts);
    return wellFormed ? describe(facts) : "malformed";
  }

  /** All that differs from a packet about which nothing is known. */
  static String describe(PayloadFacts facts) {
    StringJoiner words = new StringJoiner(" ").setEmptyValue("says nothing");
    add(words, facts.keyframe(), "key");
    add(words, facts.parameterSets(), "sets");
    add(words, facts.frameStart(), "start");
    add(words, facts.frameEnd(), "end");
    add(words, facts.temporalId() != 0, "t=" + facts.temporalId());
    add(words, facts.spatialId() != 0, "s=" + facts.spatialId());
    add(words, facts.switchUp(), "up");
    add(words, facts.interLayerPredicted(), "inter");
    add(words, facts.spatialSwitchUp(), "spatialUp");
    add(words, facts.descriptorLength() != 0, "descriptor=" + facts.descriptorLength());
    add(words, facts.pictureId() >= 0, "id=" + facts.pictureId() + "/" + facts.pictureIdBits());
    add(words, facts.tl0PicIdx() >= 0, "tl0=" + facts.tl0PicIdx());
    add(words, facts.keyIdx() >= 0, "key=" + facts.keyIdx());
    add(words, facts.frameNumber() >= 0, "frame=" + facts.frameNumber());
    for (int layer = 0; layer < facts.spatialLayers(); layer++) {
      words.add(facts.layerWidth(layer) + "x" + facts.layerHeight(layer));
    }
    return words.toString();
  }

  private static void add(StringJoiner words, boolean said, String word) {
    if (said) {
      words.add(word);
    }
  }
}
