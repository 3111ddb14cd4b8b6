package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.LayeredMedia;
import dev.sluice.e2e.browser.LayeredMedia.Seen;
import dev.sluice.e2e.browser.LayeredMedia.Shot;
import dev.sluice.e2e.browser.LayeredMedia.Size;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One slot that goes over to another layer or another participant each second, beside a viewer of
 * the same call that stays where it is: what the first does not see and the second does is the
 * server's doing.
 */
@Timeout(300)
class SwitchIT {
  private static final String ROOM = "switch";
  private static final Size LARGE = new Size(960, 540);
  private static final Size MIDDLE = new Size(480, 270);
  private static final Size SMALL = new Size(240, 135);

  /** In turn a change of the layer and one of the source. */
  private static final List<Shot> SHOTS =
      List.of(
          new Shot("ada", LARGE),
          new Shot("ada", SMALL),
          new Shot("cem", SMALL),
          new Shot("cem", MIDDLE),
          new Shot("ada", MIDDLE));

  private static final int SWITCHES_OF_ROUND = 20;

  /** A busy browser takes its time until it sends its largest layer, which nothing here judges. */
  private static final Duration UNTIL_PUBLISHED = Duration.ofSeconds(30);

  /** What a browser counts as a freeze (W3C webrtc-stats, freezeCount). */
  private static final double FREEZE_FACTOR = 3;

  private static final double FREEZE_MARGIN_MILLIS = 150;

  /** For so long after a switch no freeze may begin. */
  private static final double AFTER_SWITCH_MILLIS = 500;

  /** A time without a picture that a browser would call a freeze. */
  private record Freeze(double from, double to) {
    boolean overlaps(double start, double end) {
      return from < end && to > start;
    }
  }

  @Test
  @Tag("R4")
  @Tag("R7")
  @Tag("M3")
  void switchingEachSecondFreezesNothing() {
    int rounds = TestSettings.longForm() ? 3 : 1;
    try (ServerProcess server = ServerProcess.start("switch");
        Chromium chromium = Chromium.launch("switch");
        LayeredMedia publishers = LayeredMedia.open(chromium, server);
        LayeredMedia viewer = LayeredMedia.open(chromium, server);
        LayeredMedia control = LayeredMedia.open(chromium, server)) {
      for (String name : List.of("ada", "cem")) {
        publishers.enter(ROOM, name, true);
        publishers.publish(name, "VP8", true, "L1T1");
      }
      for (LayeredMedia each : List.of(viewer, control)) {
        each.watch(ROOM, each == viewer ? "viewer" : "control", 1, 1);
        each.switchTo("ada", LARGE);
        Seen first = each.show("ada", LARGE, "VP8", UNTIL_PUBLISHED);
        assertThat(first.millis()).as("%s", first).isNotNegative();
        each.notePictures();
      }
      Seen viewerBefore = viewer.firstVideo();
      Seen controlBefore = control.firstVideo();
      List<Double> moments = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        moments.addAll(viewer.switchEachSecond(SHOTS, SWITCHES_OF_ROUND));
      }
      Seen viewerAfter = viewer.firstVideo();
      Seen controlAfter = control.firstVideo();
      List<Freeze> freezes = freezes(viewer.presented());
      List<Freeze> controlFreezes = freezes(control.presented());
      double ahead = viewer.picturesAheadMillis();
      double controlAhead = control.picturesAheadMillis();
      List<Freeze> afterSwitch =
          freezes.stream()
              .filter(freeze -> moments.stream().anyMatch(at -> beginsAfter(freeze, at)))
              // Where the control stood still too, the machine did.
              .filter(
                  freeze ->
                      controlFreezes.stream()
                          .noneMatch(other -> other.overlaps(freeze.from(), freeze.to())))
              .toList();
      long decoded = viewerAfter.decoded() - viewerBefore.decoded();
      long controlDecoded = controlAfter.decoded() - controlBefore.decoded();
      new Figures("SwitchIT.switchingEachSecondFreezesNothing")
          .add("switches", moments.size())
          .add("freezes", viewerAfter.freezes() - viewerBefore.freezes())
          .add("controlFreezes", controlAfter.freezes() - controlBefore.freezes())
          .add("gaps", freezes.size())
          .add("controlGaps", controlFreezes.size())
          .add("gapsAfterASwitch", afterSwitch)
          .add("framesDecoded", decoded)
          .add("controlFramesDecoded", controlDecoded)
          .add("framesDropped", viewerAfter.dropped() - viewerBefore.dropped())
          .add("controlFramesDropped", controlAfter.dropped() - controlBefore.dropped())
          .add("keyframesAsked", viewerAfter.keyframesAsked() - viewerBefore.keyframesAsked())
          .add("picturesAheadMillis", ahead)
          .add("controlPicturesAheadMillis", controlAhead)
          .publish();

      assertThat(moments).hasSize(rounds * SWITCHES_OF_ROUND);
      assertThat(viewerAfter.freezes() - viewerBefore.freezes())
          .as("freezes by the browser's count, beside the control's")
          .isLessThanOrEqualTo(controlAfter.freezes() - controlBefore.freezes());
      assertThat(afterSwitch).as("freezes after a switch that the control has not").isEmpty();
      assertThat((double) decoded).as("pictures").isGreaterThan(0.8 * controlDecoded);
      assertThat(viewerAfter.keyframesAsked())
          .as("a decoder that fails asks for a keyframe")
          .isEqualTo(viewerBefore.keyframesAsked());
      assertThat(Math.abs(ahead)).as("picture and sound after the switches").isLessThan(80);
    }
  }

  private static boolean beginsAfter(Freeze freeze, double switchedAt) {
    return freeze.from() < switchedAt + AFTER_SWITCH_MILLIS && freeze.to() > switchedAt;
  }

  /** The gaps between pictures that a browser would call a freeze. */
  private static List<Freeze> freezes(List<Double> presented) {
    double mean =
        presented.size() < 2
            ? 0
            : (presented.getLast() - presented.getFirst()) / (presented.size() - 1);
    double longest = Math.max(FREEZE_FACTOR * mean, mean + FREEZE_MARGIN_MILLIS);
    List<Freeze> freezes = new ArrayList<>();
    for (int i = 1; i < presented.size(); i++) {
      if (presented.get(i) - presented.get(i - 1) > longest) {
        freezes.add(new Freeze(presented.get(i - 1), presented.get(i)));
      }
    }
    return freezes;
  }
}
