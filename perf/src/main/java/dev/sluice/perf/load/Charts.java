package dev.sluice.perf.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Charts as inline SVG. */
final class Charts {
  private static final int LABEL_WIDTH = 250;
  private static final int BAR_WIDTH = 560;
  private static final int ROW = 22;

  private Charts() {}

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** Bars from zero; each is the mean of its windows, a dot is one window. */
  static final class Bars {
    private final String title;
    private final List<Bar> bars = new ArrayList<>();

    private record Bar(String label, boolean strong, List<Double> values) {
      double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
      }
    }

    Bars(String title) {
      this.title = title;
    }

    void add(String label, boolean strong, double... values) {
      bars.add(new Bar(label, strong, Arrays.stream(values).boxed().toList()));
    }

    String svg() {
      double top =
          bars.stream()
              .flatMap(bar -> bar.values().stream())
              .mapToDouble(Double::doubleValue)
              .max()
              .orElse(0);
      double scale = top > 0 ? BAR_WIDTH / top : 0;
      StringBuilder out = new StringBuilder();
      int height = ROW * (bars.size() + 2);
      out.append(
          "<svg width=\"%d\" height=\"%d\" font-size=\"12\" role=\"img\" aria-label=\"%s\">%n"
              .formatted(LABEL_WIDTH + BAR_WIDTH + 90, height, escaped(title)));
      out.append(
          "<text x=\"0\" y=\"15\" font-weight=\"bold\">%s</text>%n".formatted(escaped(title)));
      for (int i = 0; i < bars.size(); i++) {
        Bar bar = bars.get(i);
        int y = ROW * (i + 1);
        double width = bar.mean() * scale;
        out.append(
            String.format(
                Locale.ROOT,
                "<text x=\"0\" y=\"%d\">%s</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\""
                    + " height=\"%d\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%.2f</text>%n",
                y + 15,
                escaped(bar.label()),
                LABEL_WIDTH,
                y + 3,
                width,
                ROW - 6,
                bar.strong() ? "#3b6ea5" : "#b9b9b9",
                LABEL_WIDTH + width + 6,
                y + 15,
                bar.mean()));
        for (double value : bar.values()) {
          out.append(
              String.format(
                  Locale.ROOT,
                  "<circle cx=\"%.1f\" cy=\"%d\" r=\"2.5\"/>%n",
                  LABEL_WIDTH + value * scale,
                  y + ROW / 2));
        }
      }
      return out.append("</svg>\n").toString();
    }
  }
}
