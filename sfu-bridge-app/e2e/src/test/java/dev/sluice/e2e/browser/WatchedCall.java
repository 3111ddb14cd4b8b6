package dev.sluice.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A call of several pages, watched for a while beside a control: a page that calls itself without a
 * server, and so shows what the machine can do just then.
 */
public final class WatchedCall {
  private static final int LEAST_FRAMES = 10;
  private static final double LONGEST_FREEZE_MILLIS = 1000;

  /**
   * The kernel takes time from the pages one by one, so that a lone freeze says nothing of the
   * server while the control happened to be spared.
   */
  private static final int FREEZES_MORE_THAN_CONTROL = 1;

  private final List<String> names;
  private final List<CallPage> calls;
  private final List<Watched> watched;
  private final Watched control;

  /** What a page's statistics said before and after, and how still its videos stood between. */
  private record Watched(MediaStats before, MediaStats after, Stillness stillness) {
    /** By how much a figure grew, for each received stream that carried something; most first. */
    List<Double> grown(String kind, ToDoubleFunction<Inbound> figure) {
      List<Double> growth = new ArrayList<>(after.growthSince(before, kind, figure));
      growth.removeIf(grown -> grown <= 0);
      growth.sort(Collections.reverseOrder());
      return growth;
    }

    double mostFreezes() {
      return after.largestGrowthSince(before, "video", Inbound::freezeCount);
    }
  }

  private WatchedCall(
      List<String> names, List<CallPage> calls, List<Watched> watched, Watched control) {
    this.names = names;
    this.calls = calls;
    this.watched = watched;
    this.control = control;
  }

  /** Watches pages that have joined one room under these names, once all see each other. */
  public static WatchedCall watch(
      List<String> names, List<CallPage> calls, Page control, Duration measured) {
    calls.forEach(call -> call.awaitVideos(names.size() - 1));
    control.startLoopbackCall();
    Await.until(
        "the control call decodes",
        Duration.ofSeconds(20),
        () -> control.stats().videosWithFrames(LEAST_FRAMES) == 1);

    List<Page> pages = new ArrayList<>(calls.stream().map(CallPage::page).toList());
    pages.add(control);
    List<MediaStats> before = pages.stream().map(Page::stats).toList();
    pages.forEach(Page::watchVideos);
    Await.pass(measured);
    List<MediaStats> after = pages.stream().map(Page::stats).toList();
    List<Watched> watched = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      watched.add(new Watched(before.get(i), after.get(i), pages.get(i).stillness()));
    }
    return new WatchedCall(
        names, calls, watched.subList(0, names.size()), watched.get(names.size()));
  }

  /** Prints the figures of every page, and leaves a picture of each. */
  public void publish(String test) {
    Figures figures =
        new Figures(test)
            .add("controlFrames", controlFrames())
            .add("controlFreezes", control.mostFreezes())
            .add("control", control.stillness());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Watched page = watched.get(i);
      calls.get(i).page().screenshot(test + "-" + name + ".png");
      figures
          .add(name + "Frames", page.grown("video", Inbound::framesDecoded))
          .add(name + "Freezes", page.mostFreezes())
          .add(name + "Energy", page.grown("audio", Inbound::totalAudioEnergy))
          .add(name + "Tiles", calls.get(i).others())
          .add(name, page.stillness());
    }
    figures.publish();
  }

  /**
   * Each page sees and hears all of the others, as smoothly as the machine lets the control.
   *
   * @param frameShare of the control's frames that each video must at least decode
   * @param visibleVariance of luma, from which on a tile counts as a picture
   */
  public void assertAllSeeAndHearEachOther(double frameShare, double visibleVariance) {
    int others = names.size() - 1;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Watched page = watched.get(i);
      assertThat(page.grown("video", Inbound::framesDecoded))
          .as("%s decodes all of the others near the control's pace", name)
          .hasSize(others)
          .allSatisfy(frames -> assertThat(frames).isGreaterThan(frameShare * controlFrames()));
      assertThat(page.grown("audio", Inbound::totalAudioEnergy))
          .as("%s hears all of the others", name)
          .hasSize(others);
      assertThat(page.mostFreezes())
          .as("freezes of a video at %s, beside those of the control", name)
          .isLessThanOrEqualTo(control.mostFreezes() + FREEZES_MORE_THAN_CONTROL);
      assertThat(page.stillness().longestFreezeMillis())
          .as("%s sees no longer freeze than one second, or than the control", name)
          .isLessThanOrEqualTo(
              Math.max(LONGEST_FREEZE_MILLIS, control.stillness().longestFreezeMillis()));
      assertThat(calls.get(i).others())
          .as("%s sees a picture in the tile of each of the others", name)
          .hasSize(others)
          .allSatisfy(tile -> assertThat(tile.lumaVariance()).isGreaterThan(visibleVariance));
      assertThat(calls.get(i).othersNames())
          .isEqualTo(names.stream().filter(other -> !other.equals(name)).sorted().toList());
    }
  }

  private double controlFrames() {
    return control.after().largestGrowthSince(control.before(), "video", Inbound::framesDecoded);
  }
}
