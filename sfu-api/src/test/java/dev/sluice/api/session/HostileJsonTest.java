package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("S8")
class HostileJsonTest {
  private static final int MUTATIONS = 20_000;
  private static final long SEED = 20_261_121L;

  private final MessageCodec codec = new MessageCodec(SignallingLimits.DEFAULTS);

  private static Arguments bad(String name, String json, String sentencePart) {
    return Arguments.of(name, json, ErrorCode.INVALID_MESSAGE, sentencePart);
  }

  private static String view(String fields) {
    return "{\"type\":\"setView\"," + fields + "}";
  }

  static Stream<Arguments> hostile() {
    String offer = "{\"type\":\"offer\",\"negotiation\":%s,\"sdp\":%s,\"tracks\":%s}";
    return Stream.of(
        bad("nothing", "", "JSON"),
        bad("not JSON", "hello", "not JSON"),
        bad("half of it", "{\"type\":\"ping\"", "not JSON"),
        bad("two of them", "{\"type\":\"leave\"}{\"type\":\"leave\"}", "follows"),
        bad("an array", "[]", "must be a JSON object"),
        bad("null", "null", "must be a JSON object"),
        bad("a string", "\"join\"", "must be a JSON object"),
        bad("no type", "{}", "\"type\" is missing"),
        bad("a type that is no string", "{\"type\":5}", "\"type\" must be a string"),
        bad("an empty type", "{\"type\":\"\"}", "\"type\" must not be empty"),
        bad("type twice", "{\"type\":\"leave\",\"type\":\"ping\"}", "twice"),
        bad(
            "deep nesting",
            "{\"type\":\"ping\",\"time\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
            "too deep"),
        bad(
            "deep nesting in an unknown field",
            "{\"type\":\"leave\",\"x\":" + "{\"a\":".repeat(20) + "1" + "}".repeat(21),
            "too deep"),
        bad("a huge number", "{\"type\":\"ping\",\"time\":" + "9".repeat(1000) + "}", "too long"),
        bad("an infinite number", "{\"type\":\"ping\",\"time\":1e999}", "\"time\""),
        bad("NaN", "{\"type\":\"ping\",\"time\":NaN}", "not JSON"),
        bad("a long name", "{\"" + "a".repeat(1000) + "\":1}", "too long"),
        bad("over 256 KiB", "{\"type\":\"" + "a".repeat(256 * 1024) + "\"}", "too long"),
        bad(
            "a million values",
            "{\"type\":\"leave\",\"x\":[" + "1,".repeat(100_000) + "1]}",
            "too long"),
        bad("join without room", "{\"type\":\"join\",\"protocol\":1}", "\"room\" is missing"),
        bad(
            "join with an empty room",
            "{\"type\":\"join\",\"protocol\":1,\"room\":\"\"}",
            "\"room\" must not be empty"),
        bad(
            "join with a long room",
            "{\"type\":\"join\",\"protocol\":1,\"room\":\"" + "r".repeat(129) + "\"}",
            "\"room\" must have at most 128"),
        bad(
            "a room that forges a log line",
            "{\"type\":\"join\",\"protocol\":1,\"room\":\"a\\nERROR\"}",
            "\"room\" must not have control"),
        bad("join without protocol", "{\"type\":\"join\",\"room\":\"a\"}", "\"protocol\""),
        bad(
            "a negative lastSeq",
            "{\"type\":\"resume\",\"protocol\":1,\"session\":\"S\",\"resumeToken\":\"t\",\"lastSeq\":-1}",
            "\"lastSeq\" must be between"),
        bad("a fraction", offer.formatted("1.5", "\"v=0\"", "{}"), "\"negotiation\""),
        bad("zero", offer.formatted("0", "\"v=0\"", "{}"), "\"negotiation\" must be between"),
        bad("beyond a long", offer.formatted("9223372036854775808", "\"v\"", "{}"), "whole number"),
        bad("beyond a double", offer.formatted("9007199254740992", "\"v\"", "{}"), "between"),
        bad("an sdp that is an object", offer.formatted("1", "{}", "{}"), "\"sdp\""),
        bad("slots that are a number", view("\"slots\":5"), "\"slots\" must be an object"),
        bad("a slot that is a string", view("\"slots\":{\"1\":\"t1\"}"), "must hold objects"),
        bad(
            "one track in two slots",
            view("\"slots\":{\"1\":{\"track\":\"t1\"},\"2\":{\"track\":\"t1\"}}"),
            "must not bind two slots"),
        bad(
            "a slot without a name for its track",
            view("\"slots\":{\"1\":{\"track\":\"\"}}"),
            "\"slots.1.track\" must not be empty"),
        bad(
            "a slot wider than any screen",
            view("\"slots\":{\"1\":{\"maxWidth\":16385}}"),
            "\"slots.1.maxWidth\" must be at most 16384"),
        bad(
            "a priority of its own",
            view("\"slots\":{\"1\":{\"priority\":4}}"),
            "\"slots.1.priority\" must be at most 3"),
        bad("a mode that there is not", view("\"mode\":\"magic\""), "one of automatic, manual"),
        bad("a negative page", view("\"offset\":-1"), "\"offset\" must be between"),
        bad("half a video", view("\"lastN\":0.5"), "\"lastN\" must be a whole number"),
        bad("pins that are no list", view("\"pinned\":\"t1\""), "\"pinned\" must be a list"),
        bad("a pin that is a number", view("\"pinned\":[1]"), "\"pinned\" must hold strings"),
        bad(
            "more pins than tracks",
            view("\"pinned\":[" + "\"t\",".repeat(512) + "\"t\"]"),
            "at most 512"),
        bad(
            "slots of a join that are a list",
            "{\"type\":\"join\",\"protocol\":1,\"room\":\"a\",\"slots\":[3,9]}",
            "\"slots\" must be an object"),
        bad("tracks that are a list", offer.formatted("1", "\"v\"", "[]"), "\"tracks\""),
        bad(
            "a track that is a string",
            offer.formatted("1", "\"v\"", "{\"0\":\"x\"}"),
            "\"tracks\""),
        bad(
            "an unknown source",
            offer.formatted("1", "\"v\"", "{\"0\":{\"source\":\"hologram\"}}"),
            "\"tracks.0.source\""),
        bad(
            "muted as a string",
            offer.formatted("1", "\"v\"", "{\"0\":{\"muted\":\"no\"}}"),
            "\"tracks.0.muted\" must be true or false"),
        bad("a mute without a track", "{\"type\":\"mute\",\"muted\":true}", "\"track\" is missing"),
        bad(
            "an id that is too long",
            "{\"type\":\"leave\",\"id\":\"" + "i".repeat(65) + "\"}",
            "\"id\" must have at most 64"),
        bad(
            "a long candidate",
            "{\"type\":\"candidate\",\"candidate\":\"" + "c".repeat(1025) + "\"}",
            "\"candidate\""),
        Arguments.of(
            "an unknown type",
            "{\"type\":\"__proto__\"}",
            ErrorCode.UNKNOWN_TYPE,
            "no message of that type"),
        Arguments.of(
            "another protocol",
            "{\"type\":\"join\",\"protocol\":99,\"room\":\"a\"}",
            ErrorCode.UNSUPPORTED_PROTOCOL,
            "protocol 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void refuses(String name, String json, ErrorCode code, String sentencePart) {
    MessageException refused = refusal(json);
    assertThat(refused).as(name).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused).hasMessageContaining(sentencePart);
  }

  @Test
  void refusesMoreTracksThanMlines() {
    StringBuilder tracks = new StringBuilder("{");
    for (int mid = 0; mid < 65; mid++) {
      tracks.append(mid == 0 ? "" : ",").append("\"").append(mid).append("\":{}");
    }
    MessageException refused =
        refusal("{\"type\":\"offer\",\"negotiation\":1,\"sdp\":\"v\",\"tracks\":" + tracks + "}}");
    assertThat(refused).isNotNull().hasMessageContaining("at most 64 entries");
  }

  @Test
  void ignoresUnknownFieldsAndRepeatsTheIdInErrors() throws Exception {
    assertThat(codec.decode("{\"type\":\"leave\",\"id\":\"7\",\"future\":{\"a\":[1]}}"))
        .isEqualTo(new ClientMessage.Leave("7"));
    MessageException refused = refusal("{\"type\":\"ping\",\"id\":\"7\"}");
    assertThat(refused).isNotNull();
    assertThat(refused.requestId()).isEqualTo("7");
  }

  @Test
  void givesBackFractionsOfTimeAsTheyCame() throws Exception {
    assertThat(codec.encode(new ServerMessage.Pong(1234.5), 1)).contains("\"time\":1234.5");
    assertThat(codec.encode(new ServerMessage.Pong(1.7e12), 1)).contains("\"time\":1700000000000");
  }

  @Test
  void throwsNothingElseWhateverIsDoneToAMessage() {
    Random random = new Random(SEED);
    String[] originals = {
      "{\"type\":\"join\",\"protocol\":1,\"room\":\"standup\",\"identity\":\"ada\"}",
      "{\"type\":\"offer\",\"negotiation\":1,\"sdp\":\"v=0\",\"tracks\":{\"0\":{\"muted\":true}}}",
      "{\"type\":\"ping\",\"time\":123456.5e-3}"
    };
    for (int round = 0; round < MUTATIONS; round++) {
      StringBuilder text = new StringBuilder(originals[round % originals.length]);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x250));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, text.substring(at, at + random.nextInt(text.length() - at)));
        }
      }
      try {
        codec.decode(text.toString());
      } catch (MessageException e) {
        assertThat(e.getMessage()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + ", round " + round + ": " + text, e);
      }
    }
  }

  private MessageException refusal(String json) {
    return catchThrowableOfType(MessageException.class, () -> codec.decode(json));
  }
}
