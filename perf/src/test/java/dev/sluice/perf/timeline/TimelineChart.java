package dev.sluice.perf.timeline;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a {@link Timeline} as a PNG: its panels one above the other, over the same time. */
final class TimelineChart {
  private static final int WIDTH = 900;
  private static final int PANEL_HEIGHT = 230;
  private static final Color CAPACITY = new Color(0x888888);
  private static final Color[] LINES = {
    new Color(0x1F5FA8), new Color(0xD1495B), new Color(0x2E8B57),
    new Color(0xE08E0B), new Color(0x6A4C93), new Color(0x444444)
  };

  private TimelineChart() {}

  /** Writes the picture {@code <name>.png} into a folder. */
  static void draw(Timeline timeline, Path folder) throws IOException {
    List<XYChart> charts = new ArrayList<>();
    for (Map.Entry<String, Timeline.Panel> panel : timeline.panels().entrySet()) {
      String title = charts.isEmpty() ? timeline.title() : "";
      charts.add(chart(title, panel.getKey(), panel.getValue(), timeline.seconds()));
    }
    String file = folder.resolve(timeline.name()).toString();
    BitmapEncoder.saveBitmap(charts, charts.size(), 1, file, BitmapFormat.PNG);
  }

  private static XYChart chart(
      String title, String axis, Timeline.Panel panel, List<Double> seconds) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(PANEL_HEIGHT)
            .title(title)
            .xAxisTitle("s")
            .yAxisTitle(axis)
            .build();
    chart.getStyler().setChartTitleVisible(!title.isEmpty());
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    chart.getStyler().setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    chart.getStyler().setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setXAxisMax(seconds.getLast());
    chart.getStyler().setYAxisMin(0.0);
    int line = 0;
    for (Map.Entry<String, List<Double>> entry : panel.lines().entrySet()) {
      XYSeries series = chart.addSeries(entry.getKey(), seconds, entry.getValue());
      series.setMarker(SeriesMarkers.NONE);
      boolean capacity = entry.getKey().equals(TimelineRuns.CAPACITY);
      series.setLineColor(capacity ? CAPACITY : LINES[line++ % LINES.length]);
      series.setLineStyle(new BasicStroke(capacity ? 2.5f : 1.4f));
    }
    return chart;
  }
}
