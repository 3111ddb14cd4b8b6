package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Descriptors from a recording (two temporal layers) and written bit by bit (two by two layers).
 */
@Tag("R4")
class DependencyDescriptorReaderTest {
  /** Firefox, AV1 at 320x180 with two temporal layers: frame 1 with the structure. */
  private static final String L1T2_KEYFRAME = "c0000180011ea85141010c04fc02cc";

  private static final String L1T2_SECOND_LAYER = "c200031a2010";

  private final DependencyDescriptorReader reader = new DependencyDescriptorReader();
  private final PayloadFacts facts = new PayloadFacts();

  @BeforeEach
  void startWithoutFacts() {
    facts.reset();
  }

  @Test
  void readsARecordedStructure() {
    assertThat(read(L1T2_KEYFRAME)).isTrue();
    assertThat(PayloadReaderTest.describe(facts))
        .isEqualTo("key start end up spatialUp frame=1 320x180");
    assertThat(reader.structureAttached()).isTrue();
    assertThat(reader.decodeTargets()).isEqualTo(2);
    assertThat(reader.activeDecodeTargets()).isEqualTo(0b11);
    assertThat(reader.targetTemporalId(0)).isEqualTo(0);
    assertThat(reader.targetTemporalId(1)).isEqualTo(1);
    assertThat(reader.chains()).isEqualTo(1);
    assertThat(reader.frameDiffs()).isZero();
  }

  @Test
  void readsARecordedDeltaFrameByTheStructureBefore() {
    assertThat(read(L1T2_KEYFRAME)).isTrue();
    facts.reset();
    assertThat(read(L1T2_SECOND_LAYER)).isTrue();
    assertThat(facts.keyframe()).isFalse();
    assertThat(facts.temporalId()).isEqualTo(1);
    assertThat(facts.frameNumber()).isEqualTo(3);
    assertThat(facts.width()).isEqualTo(-1);
    assertThat(reader.structureAttached()).isFalse();
    // Frame numbers are shared by the simulcast layers, so the keyframe is two back.
    assertThat(reader.frameDiffs()).isEqualTo(1);
    assertThat(reader.frameDiff(0)).isEqualTo(2);
    assertThat(reader.chainDiff(0)).isEqualTo(2);
  }

  @Test
  void understandsNothingBeforeAStructure() {
    assertThat(read(L1T2_SECOND_LAYER)).isFalse();
    assertThat(read("c00003")).isFalse();
    assertThat(PayloadReaderTest.describe(facts)).isEqualTo("says nothing");
  }

  @Test
  void keepsTheFactsOfThePayloadThatItDoesNotKnow() {
    facts.parameterSets = true;
    facts.keyframe = true;
    facts.addLayerSize(640, 360);
    facts.descriptorLength = 4;
    facts.pictureId = 17;
    assertThat(read(L1T2_KEYFRAME)).isTrue();
    assertThat(facts.parameterSets()).isTrue();
    assertThat(facts.descriptorLength()).isEqualTo(4);
    assertThat(facts.pictureId()).isEqualTo(17);
    assertThat(facts.width()).isEqualTo(320);
    assertThat(read(L1T2_SECOND_LAYER)).isTrue();
    assertThat(facts.keyframe()).isFalse();
  }

  @Test
  void readsSpatialAndTemporalLayers() {
    assertThat(read(l2t2Keyframe(10, 0))).isTrue();
    assertThat(PayloadReaderTest.describe(facts))
        .isEqualTo("key start up spatialUp frame=10 320x180 640x360");
    assertThat(reader.decodeTargets()).isEqualTo(4);
    assertThat(reader.activeDecodeTargets()).isEqualTo(0b1111);
    assertThat(reader.chains()).isEqualTo(2);
    for (int target = 0; target < 4; target++) {
      assertThat(reader.targetSpatialId(target)).isEqualTo(target / 2);
      assertThat(reader.targetTemporalId(target)).isEqualTo(target % 2);
      assertThat(reader.protectingChain(target)).isEqualTo(target / 2);
    }
    // The upper layer of the same picture: template 3, references frame 10.
    facts.reset();
    assertThat(read("03000b")).isTrue();
    assertThat(PayloadReaderTest.describe(facts)).isEqualTo("s=1 up inter spatialUp frame=11");
    assertThat(reader.frameDiff(0)).isEqualTo(1);
    assertThat(reader.chainDiff(1)).isEqualTo(1);
    assertThat(reader.indication(0)).isEqualTo(DependencyDescriptorReader.NOT_PRESENT);
    assertThat(reader.indication(2)).isEqualTo(DependencyDescriptorReader.SWITCH);
  }

  @Test
  void findsWhereASpatialLayerCanBeJoined() {
    assertThat(read(l2t2Keyframe(10, 0))).isTrue();
    // Start of a frame of template 3: it references nothing but the layer below.
    assertThat(read("83000b")).isTrue();
    assertThat(facts.spatialSwitchUp()).isTrue();
    // The same with custom references to the frames 1 and 2 back.
    Bits custom = new Bits().put(1, 1).put(0, 1).put(3, 6).put(13, 16).put(0b00010, 5);
    custom.put(1, 2).put(0, 4).put(1, 2).put(1, 4).put(0, 2);
    assertThat(read(custom.hex())).isTrue();
    assertThat(facts.spatialId()).isEqualTo(1);
    assertThat(facts.interLayerPredicted()).isTrue();
    assertThat(facts.spatialSwitchUp()).isFalse();
    assertThat(reader.frameDiffs()).isEqualTo(2);
    assertThat(reader.frameDiff(1)).isEqualTo(2);
  }

  @Test
  void readsCustomIndicationsReferencesAndChains() {
    assertThat(read(l2t2Keyframe(10, 0))).isTrue();
    Bits bits = new Bits().put(0b11, 2).put(2, 6).put(14, 16).put(0b01111, 5);
    bits.put(0b0011, 4);
    bits.put(0, 2).put(1, 2).put(2, 2).put(3, 2);
    bits.put(1, 2).put(15, 4).put(2, 2).put(255, 8).put(3, 2).put(4095, 12).put(0, 2);
    bits.put(200, 8).put(3, 8);
    assertThat(read(bits.hex())).isTrue();
    assertThat(reader.activeDecodeTargets()).isEqualTo(0b0011);
    for (int target = 0; target < 4; target++) {
      assertThat(reader.indication(target)).isEqualTo(target);
    }
    assertThat(reader.frameDiffs()).isEqualTo(3);
    assertThat(reader.frameDiff(0)).isEqualTo(16);
    assertThat(reader.frameDiff(1)).isEqualTo(256);
    assertThat(reader.frameDiff(2)).isEqualTo(4096);
    assertThat(reader.chainDiff(0)).isEqualTo(200);
    assertThat(reader.chainDiff(1)).isEqualTo(3);
    // The active targets stay until the next change or keyframe.
    assertThat(read("c0000f")).isTrue();
    assertThat(reader.activeDecodeTargets()).isEqualTo(0b0011);
    assertThat(read(l2t2Keyframe(16, 0))).isTrue();
    assertThat(reader.activeDecodeTargets()).isEqualTo(0b1111);
  }

  @Test
  void tellsStructuresApartByTheTemplateOffset() {
    assertThat(read(l2t2Keyframe(10, 0))).isTrue();
    assertThat(read(l2t2Keyframe(20, 60))).isTrue();
    // Template ids wrap at 64: 60 to 63 and 0 belong to the new structure, 1 to none.
    assertThat(read("bc0015")).isTrue();
    assertThat(read("800015")).isTrue();
    assertThat(read("810015")).isFalse();
  }

  @Test
  void aLateKeyframeDoesNotBringItsStructureBack() {
    assertThat(read(l2t2Keyframe(0xFFF0, 0))).isTrue();
    assertThat(read(l2t2Keyframe(5, 60))).isTrue();
    assertThat(read(l2t2Keyframe(0xFFF0, 0))).isTrue();
    assertThat(facts.keyframe()).isTrue();
    assertThat(facts.frameNumber()).isEqualTo(0xFFF0);
    assertThat(read("bc0006")).isTrue();
    assertThat(read("810006")).isFalse();
  }

  @Test
  void aRestartedEncoderReplacesTheStructure() {
    assertThat(read(l2t2Keyframe(20_000, 60))).isTrue();
    assertThat(read(l2t2Keyframe(3, 0))).isTrue();
    assertThat(read("810004")).isTrue();
  }

  @Test
  void aBrokenStructureLeavesTheOldOne() {
    assertThat(read(l2t2Keyframe(10, 0))).isTrue();
    String broken = l2t2Keyframe(11, 32);
    for (int length = 8; length < broken.length() - 2; length += 2) {
      assertThat(read(broken.substring(0, length))).as("%d digits", length).isFalse();
    }
    assertThat(read("810004")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c0", "c000"})
  void refusesLessThanTheMandatoryFields(String descriptor) {
    assertThat(read(descriptor)).isFalse();
  }

  @Test
  void refusesWhatIsBeyondItsBounds() {
    // 65 templates, then a fifth spatial layer, then a ninth temporal layer.
    Bits templates = keyframeHead(1).put(0, 6).put(0, 5);
    for (int i = 0; i < 65; i++) {
      templates.put(0, 2);
    }
    assertThat(read(templates.put(0, 512).hex())).isFalse();
    Bits spatial = keyframeHead(1).put(0, 6).put(0, 5);
    assertThat(read(spatial.put(0b1010101011, 10).put(0, 512).hex())).isFalse();
    Bits temporal = keyframeHead(1).put(0, 6).put(0, 5);
    assertThat(read(temporal.put(0b010101010101010111, 18).put(0, 512).hex())).isFalse();
    // One template whose list of references does not end.
    Bits references = keyframeHead(1).put(0, 6).put(0, 5).put(3, 2).put(2, 2);
    for (int i = 0; i < 17; i++) {
      references.put(0b10000, 5);
    }
    assertThat(read(references.put(0, 64).hex())).isFalse();
  }

  private boolean read(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return reader.read(bytes, 0, bytes.length, facts);
  }

  /**
   * Two spatial by two temporal layers in four templates: 0 is (0,0) for keyframes, 1 is (0,0), 2
   * is (0,1), 3 is (1,0) of a keyframe, 4 is (1,1); four decode targets, a chain per spatial layer.
   */
  private static String l2t2Keyframe(int frameNumber, int templateIdOffset) {
    Bits bits = new Bits().put(1, 1).put(0, 1).put(templateIdOffset, 6).put(frameNumber, 16);
    bits.put(0b10000, 5).put(templateIdOffset, 6).put(3, 5);
    bits.put(0, 2).put(1, 2).put(2, 2).put(1, 2).put(3, 2);
    bits.put(0b10101010, 8).put(0b11111111, 8).put(0b00010001, 8);
    bits.put(0b00001010, 8).put(0b00000001, 8);
    // References: none; 4 back; 2 back; 1 back; 2 and 1 back.
    bits.put(0, 1).put(0b100110, 6).put(0b100010, 6).put(0b100000, 6).put(0b10001_10000_0, 11);
    // Two chains out of at most four in ns(5), which protect the targets 0, 1 and 2, 3.
    bits.put(2, 2).put(0, 1).put(0, 1).put(1, 1).put(1, 1);
    bits.put(0x00, 8).put(0x43, 8).put(0x21, 8).put(0x11, 8).put(0x32, 8);
    bits.put(1, 1).put(319, 16).put(179, 16).put(639, 16).put(359, 16);
    return bits.hex();
  }

  private static Bits keyframeHead(int frameNumber) {
    return new Bits().put(0b11, 2).put(0, 6).put(frameNumber, 16).put(0b10000, 5);
  }

  /** Writes bit fields, most significant bit first. */
  private static final class Bits {
    private final StringBuilder digits = new StringBuilder();

    Bits put(int value, int count) {
      for (int bit = count - 1; bit >= 0; bit--) {
        digits.append(bit < Integer.SIZE ? value >>> bit & 1 : 0);
      }
      return this;
    }

    String hex() {
      while (digits.length() % 8 != 0) {
        digits.append('0');
      }
      StringBuilder hex = new StringBuilder();
      for (int at = 0; at < digits.length(); at += 4) {
        hex.append(Integer.toHexString(Integer.parseInt(digits.substring(at, at + 4), 2)));
      }
      return hex.toString();
    }
  }
}
