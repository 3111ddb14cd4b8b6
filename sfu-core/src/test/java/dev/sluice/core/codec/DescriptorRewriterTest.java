package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.Codec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors as bytes: what goes in and what a receiver gets. */
@Tag("R4")
class DescriptorRewriterTest {
  private static final int OFFSET = 3;

  private final PayloadFacts facts = new PayloadFacts();
  private final byte[] out = new byte[64];

  /**
   * Scripts of steps {@code in>out} in hex, with a byte of the frame behind the incoming
   * descriptor, {@code x} before a picture that is left out, {@code |} for a change of source.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "passes the first source as it is; 90e08005072001>90e080050720",
        "passes a bare descriptor; 1000>10 0001>00",
        "drops an extension byte that says nothing; 900001>10",
        "widens a 7-bit picture id; 90800501>90808005",
        "continues all three numbers; 90f08005072300>90f080050723 |"
            + " 90f0ffff80ff00>90f0800608e4",
        "keeps temporal layer and sync; 90e08005072000>90e080050720 | b0e09000616001>b0e080060860",
        "keeps reserved and partition bits; f780800501>f7808005",
        "makes up layers for a source without; 90e08005076001>90e080050760 |"
            + " 9080901000>90e080060800 8080901001>80e080060800 9080901101>90e080070900",
        "makes up ids for a source without; 9080800501>90808005 |"
            + " 1000>90808006 0001>80808006 1001>90808007",
        "continues with ids after it; 9080800501>90808005 | 1000>90808006 | 9080900000>90808007",
        "adds no layers to a source that has ids only; 9080800501>90808005 | 9080900000>90808006",
        "goes on as layered once layered; 9080800501>90808005 | 90e09000076001>90e080060760 |"
            + " 9080a00000>90e080070800",
        "writes nothing for a left-out picture; 9080800501>90808005 x9080800601 9080800601>-"
            + " 9080800701>90808006",
      })
  void writesVp8(String rule, String script) {
    play(Codec.VP8, rule, script);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "passes the first source as it is; ac8005532aaa>ac8005532a",
        "widens a 7-bit picture id; 8805aa>888005",
        "continues picture id and TL0PICIDX; ac8005002aaa>ac8005002a | ac90004101aa>ac8006412b",
        "keeps references and structure; f88005200304aa>f88005200304 |"
            + " 8a900030014000b402800168aa>8a800630014000b402800168",
        "shares the number between spatial layers; ac8005002aaa>ac8005002a |"
            + " ac90000080aa>ac8006002b ac90000280aa>ac8006022b",
        "leaves the gap of a left-out picture; 888005aa>888005 x888006aa 888007aa>888007",
        "passes a source without ids; 08aa>08",
        "makes up ids for a source without; 888005aa>888005 | 08aa>888006 04aa>848006 08aa>888007",
      })
  void writesVp9(String rule, String script) {
    play(Codec.VP9, rule, script);
  }

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {"VP8", "VP9"},
      mode = EnumSource.Mode.EXCLUDE)
  void writesNothingForOtherCodecs(Codec codec) {
    DescriptorRewriter rewriter = DescriptorRewriter.of(codec);
    byte[] payload = HexFormat.of().parseHex("6588000000");
    PayloadReader.of(codec).read(payload, 0, payload.length, true, facts);
    rewriter.sourceChanged();
    rewriter.pictureDropped(facts);
    assertThat(facts.descriptorLength()).isZero();
    assertThat(rewriter.rewrite(payload, 0, facts, out, 0)).isZero();
    assertThat(rewriter.mappingToken()).isZero();
    assertThat(rewriter.rewriteWith(0, payload, 0, facts, out, 0)).isZero();
    assertThat(out).containsOnly(0);
  }

  @Test
  void retransmitsWithTheNumbersOfThePreviousSource() {
    DescriptorRewriter rewriter = DescriptorRewriter.of(Codec.VP8);
    rewrite(rewriter, Codec.VP8, "90f080050723aa");
    rewriter.sourceChanged();
    String first = rewrite(rewriter, Codec.VP8, "90f0ffff80ffaa");
    long token = rewriter.mappingToken();
    rewriter.sourceChanged();
    rewrite(rewriter, Codec.VP8, "90f0912380ffaa");
    byte[] payload = payload("90f0ffff80ffaa");
    read(Codec.VP8, payload);
    int length = rewriter.rewriteWith(token, payload, OFFSET, facts, out, 0);
    assertThat(HexFormat.of().formatHex(out, 0, length)).isEqualTo(first);
  }

  private void play(Codec codec, String rule, String script) {
    DescriptorRewriter rewriter = DescriptorRewriter.of(codec);
    for (String step : script.strip().split(" ", -1)) {
      if (step.equals("|")) {
        rewriter.sourceChanged();
      } else if (step.startsWith("x")) {
        read(codec, payload(step.substring(1)));
        rewriter.pictureDropped(facts);
      } else {
        int arrow = step.indexOf('>');
        assertThat(rewrite(rewriter, codec, step.substring(0, arrow)))
            .as("%s: %s of %s", rule, step, script)
            .isEqualTo(step.substring(arrow + 1));
      }
    }
  }

  private String rewrite(DescriptorRewriter rewriter, Codec codec, String descriptor) {
    byte[] payload = payload(descriptor);
    read(codec, payload);
    Arrays.fill(out, (byte) 0);
    int length = rewriter.rewrite(payload, OFFSET, facts, out, 7);
    if (length == DescriptorRewriter.NOT_FORWARDABLE) {
      return "-";
    }
    assertThat(length)
        .isLessThanOrEqualTo(facts.descriptorLength() + DescriptorRewriter.MAX_GROWTH);
    String written = HexFormat.of().formatHex(out, 7, 7 + length);
    // The token alone says the same once more.
    int again =
        rewriter.rewriteWith(rewriter.mappingToken(), payload, OFFSET, facts, out, 7 + length);
    assertThat(HexFormat.of().formatHex(out, 7 + length, 7 + length + again)).isEqualTo(written);
    return written;
  }

  private static byte[] payload(String hex) {
    byte[] payload = HexFormat.of().parseHex(hex);
    byte[] bytes = new byte[OFFSET + payload.length];
    System.arraycopy(payload, 0, bytes, OFFSET, payload.length);
    return bytes;
  }

  private void read(Codec codec, byte[] bytes) {
    assertThat(PayloadReader.of(codec).read(bytes, OFFSET, bytes.length - OFFSET, false, facts))
        .isTrue();
  }
}
