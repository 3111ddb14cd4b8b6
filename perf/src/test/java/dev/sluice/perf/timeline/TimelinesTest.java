package dev.sluice.perf.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.Rfc8867Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Draws the time lines of docs/bandwidth.md: all of them into the folder that {@code
 * sluice.timelines.directory} names, or else two, to see that it can be done.
 */
@Tag("B1")
class TimelinesTest {
  private static final String DIRECTORY = System.getProperty("sluice.timelines.directory", "");
  private static final int DOWNLINK_SECONDS = 90;

  @TempDir Path scratch;

  @Test
  void drawsWhatASubscriberGetsOverAPathThatChanges() throws IOException {
    Timeline timeline = TimelineRuns.downlink("downlink", DOWNLINK_SECONDS);
    draw(timeline);
    List<Double> lines = timeline.line(Timeline.LAYER, "camera");
    int third = lines.size() / 3;
    assertThat(lines.get(third - 1)).as("before it narrows").isEqualTo(720);
    assertThat(lines.get(2 * third - 1)).as("while it is narrow").isBetween(1.0, 360.0);
    assertThat(lines.getLast()).as("after").isEqualTo(720);
  }

  @Test
  void drawsTheCasesOfRfc8867() throws IOException {
    draw(TimelineRuns.rfc8867("rfc8867-5.1", Rfc8867Case.variableCapacity().run()));
    if (DIRECTORY.isEmpty()) {
      return;
    }
    draw(TimelineRuns.rfc8867("rfc8867-5.2", Rfc8867Case.variableCapacityWithTwoFlows().run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.3", Rfc8867Case.congestedFeedback().run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.4", Rfc8867Case.competingFlows().run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.5", Rfc8867Case.roundTrips().run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.6", Rfc8867Case.longTcp(300).run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.7", Rfc8867Case.shortTcp().run()));
    draw(TimelineRuns.rfc8867("rfc8867-5.8", Rfc8867Case.pauseAndResume().run()));
  }

  private void draw(Timeline timeline) throws IOException {
    Path folder = DIRECTORY.isEmpty() ? scratch : Path.of(DIRECTORY);
    Files.createDirectories(folder);
    TimelineChart.draw(timeline, folder);
    var picture = ImageIO.read(folder.resolve(timeline.name() + ".png").toFile());
    assertThat(picture.getWidth()).isEqualTo(900);
    assertThat(picture.getHeight()).isEqualTo(230 * timeline.panels().size());
    for (Timeline.Panel panel : timeline.panels().values()) {
      assertThat(panel.lines().values())
          .allSatisfy(line -> assertThat(line).hasSameSizeAs(timeline.seconds()));
    }
  }
}
