package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables of what goes in and what comes out. In a script, {@code 12=71} means that picture 12 goes
 * out as 71, {@code 12=-} that it may not go out, {@code k12=71} the same for a keyframe, {@code
 * x12} leaves picture 12 out, {@code n=71} is the start of a picture without id, {@code .=71} its
 * continuation, and {@code |} changes the source. Outgoing ids are shown as on the wire, 15 bits
 * wide.
 */
@Tag("R4")
class PictureNumberingTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "keeps the ids of the first source; 15; 10=10 11=11 11=11 12=12 14=14",
        "leaves room for pictures not yet seen; 15; 10=10 14=14 12=12 11=11 13=13 15=15",
        "does not number what precedes the first picture; 15; 10=10 9=- 11=11 9=- 12=12",
        "wraps 15 bits; 15; 32766=32766 32767=32767 0=0 1=1 32767=32767 2=2",
        "wraps 15 bits with a gap; 15; 32760=32760 5=5 32765=32765 0=0 6=6",
        "unwraps 7 bits to 15; 7; 126=126 127=127 0=128 1=129 127=127 2=130",
        "unwraps 7 bits twice; 7; 100=100 20=148 70=198 110=238 30=286 29=285",
        "continues at a change; 15; 10=10 11=11 | 500=12 501=13 500=12 503=15 502=14",
        "continues at a change backwards; 15; 500=500 | 3=501 4=502 | 9000=503",
        "wraps going out only; 15; 32766=32766 | 7=32767 8=0 9=1 8=0 | 32767=2 0=3",
        "wraps in and out at once; 15; 32767=32767 | 32766=0 32767=1 0=2 1=3",
        "starts a change in the wrapped range; 7; 127=127 | 127=128 0=129 1=130 127=128",
        "does not number what precedes the change; 15; 10=10 11=11 | 500=12 499=- 501=13 498=-",
        "closes the gap of what is left out; 15; 10=10 x11 12=11 x13 14=12 15=13",
        "closes gaps of several in a row; 15; 10=10 x11 x12 x13 14=11 x15 x16 17=12",
        "leaves out once, however many packets; 15; 10=10 x11 x11 x11 12=11 x11 13=12",
        "never sends what was left out; 15; 10=10 x11 11=- 12=11 11=-",
        "late packets keep the offset of their time; 15; 10=10 11=11 x12 13=12 11=11 14=13 10=10"
            + " 13=12",
        "leaves out across the 15-bit wrap; 15; 32766=32766 x32767 0=32767 x1 2=0 3=1 0=32767",
        "leaves out across the 7-bit wrap; 7; 126=126 x127 0=127 x1 2=128 3=129 0=127",
        "cannot close a gap already passed; 15; 10=10 12=12 x11 13=13 11=11",
        "leaves out beyond pictures not yet seen; 15; 10=10 x13 14=13 12=12 11=11 13=-",
        "leaves out at the end of a source; 15; 10=10 x11 x12 | 700=11 701=12",
        "leaves out nothing before the first; 15; x5 x6 7=7 8=8 | x40 41=9",
        "forgets what is older than the window; 15; 10=10 138=138 10=- 11=11 139=139 11=-",
        "takes an old keyframe for a new encoder; 15; 5000=5000 5001=5001 k17=5002 18=5003 16=-",
        "takes a late keyframe for what it is; 15; 10=10 k20=20 25=25 k20=20 26=26 k9=-",
        "jumps ahead with its source; 15; 10=10 5000=5000 4999=4999 5001=5001 4000=-",
        "counts starts where there are no ids; 15; 10=10 | n=11 .=11 n=12 n=13 .=13 | 99=14",
      })
  void numbersPictures(String rule, int bits, String script) {
    PictureNumbering numbering = new PictureNumbering();
    int position = 0;
    for (String step : script.strip().split(" ", -1)) {
      position++;
      if (step.equals("|")) {
        numbering.sourceChanged();
      } else if (step.startsWith("x")) {
        numbering.drop(Integer.parseInt(step.substring(1)), bits);
      } else {
        int equals = step.indexOf('=');
        long number = numberOf(numbering, step.substring(0, equals), bits);
        String shown = number == PictureNumbering.NONE ? "-" : Long.toString(number & 0x7FFF);
        assertThat(shown)
            .as("%s: step %d (%s) of %s", rule, position, step, script)
            .isEqualTo(step.substring(equals + 1));
      }
    }
  }

  private static long numberOf(PictureNumbering numbering, String picture, int bits) {
    if (picture.equals("n") || picture.equals(".")) {
      return numbering.continueWithoutIds(picture.equals("n"));
    }
    boolean keyframe = picture.startsWith("k");
    return numbering.numberOf(
        Integer.parseInt(keyframe ? picture.substring(1) : picture), bits, keyframe);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "keeps the first source's values; 8; 7=7 8=8 8=8 10=10",
        "wraps 8 bits; 8; 254=254 255=255 0=0 1=1 255=255",
        "wraps 5 bits; 5; 30=30 31=31 0=0 1=1 31=31",
        "continues at a change; 8; 7=7 8=8 | 200=9 201=10 200=9",
        "continues at a change over the wrap; 8; 255=255 | 200=0 201=1 | 17=2 16=1",
        "continues 5 bits at a change; 5; 31=31 | 31=0 0=1 | 12=2",
        "late values do not move what follows; 8; 10=10 12=12 11=11 | 40=13",
        "made-up values follow real ones and back; 8; 10=10 m77=11 m78=12 90=13 91=14",
      })
  void continuesSmallIndexes(String rule, int bits, String script) {
    RunningIndex index = new RunningIndex(bits);
    for (String step : script.strip().split(" ", -1)) {
      if (step.equals("|")) {
        index.sourceChanged();
        continue;
      }
      boolean madeUp = step.startsWith("m");
      int equals = step.indexOf('=');
      int value = Integer.parseInt(step.substring(madeUp ? 1 : 0, equals));
      assertThat(index.map(value, madeUp))
          .as("%s: %s of %s", rule, step, script)
          .isEqualTo(Integer.parseInt(step.substring(equals + 1)));
    }
  }
}
