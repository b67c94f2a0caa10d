package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A view that passes everything on to another view, and draws the run at its end: memory in use,
/// the threshold and the size over time, with requests and answers marked. The output is a single
/// SVG without scripts, for light and dark backgrounds.
final class SvgRecorder implements DemoView {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 64;
    private static final int BOTTOM = 40;
    private static final int LABEL_WIDTH = 52;
    private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

    /// The picture has far fewer pixels, so more points would not be visible.
    private static final int MAX_POINTS = 50_000;

    private static final String STYLE =
            "<style>text{font:13px system-ui,sans-serif;fill:#24292f}"
                    + ".title{font-weight:600;font-size:15px}.small{font-size:11px}"
                    + ".back{fill:#fff}.used{fill:#2da44e;fill-opacity:.35}"
                    + ".size{fill:none;stroke:#0969da;stroke-width:2}"
                    + ".threshold{fill:none;stroke:#bc4c00;stroke-dasharray:5 4}"
                    + ".axis{fill:none;stroke:#afb8c1}.mark{stroke:#8250df;stroke-width:1.2}"
                    + ".marks{fill:#8250df}"
                    + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}"
                    + ".size{stroke:#58a6ff}.threshold{stroke:#f0883e}.axis{stroke:#484f58}"
                    + ".mark{stroke:#bc8cff}.marks{fill:#bc8cff}}</style>";

    /// Labels on the time axis, by the event's name in JSON.
    private static final Map<String, String> MARKS =
            Map.of(
                    "upscale_requested", "asks",
                    "downscale_refused", "refused",
                    "downscale_granted", "agreed");

    private record SvgPoint(Duration at, Bytes used, Bytes threshold, Bytes size) {}

    private record SvgMark(Duration at, String text) {}

    private final DemoView next;
    private final Path file;
    private final List<SvgPoint> points = new ArrayList<>();
    private final List<SvgMark> marks = new ArrayList<>();

    SvgRecorder(DemoView next, Path file) {
        this.next = next;
        this.file = file;
    }

    @Override
    public void happened(Duration at, DemoNotice notice) {
        String mark = MARKS.get(notice.event());
        if (mark != null) marks.add(new SvgMark(at, mark));
        next.happened(at, notice);
    }

    @Override
    public void gauge(Duration at, DemoSnapshot snapshot) {
        if (points.size() < MAX_POINTS)
            points.add(
                    new SvgPoint(
                            at, snapshot.used(), snapshot.threshold(), snapshot.size().memory()));
        next.gauge(at, snapshot);
    }

    /// @throws UncheckedIOException if the picture cannot be written
    @Override
    public void ended(DemoResult ending) {
        next.ended(ending);
        if (points.size() < 2) return;
        try {
            Files.writeString(file, draw());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void close() {
        next.close();
    }

    private String draw() {
        var svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Memory of a Postgres under load: the machine grows before the threshold is reached, and shrinks after\">\n"
                        .formatted(WIDTH, HEIGHT));
        svg.append(STYLE);
        svg.append(
                "\n<rect class=\"back\" width=\"%d\" height=\"%d\"/>\n".formatted(WIDTH, HEIGHT));
        svg.append(
                "<text class=\"title\" x=\"%d\" y=\"22\">Memory of Postgres under load</text>\n"
                        .formatted(LEFT));
        legend(svg);
        for (Bytes line : gridLines()) grid(svg, line);
        svg.append("<path class=\"used\" d=\"%s\"/>\n".formatted(usedPath()));
        svg.append("<path class=\"threshold\" d=\"%s\"/>\n".formatted(steps(false)));
        svg.append("<path class=\"size\" d=\"%s\"/>\n".formatted(steps(true)));
        marks(svg);
        timeAxis(svg);
        return svg.append("</svg>\n").toString();
    }

    private static void legend(StringBuilder svg) {
        svg.append(
                """
                <path class="size" d="M%1$d 40h22"/><text x="%2$d" y="44">size</text>
                <path class="threshold" d="M%3$d 40h22"/><text x="%4$d" y="44">threshold</text>
                <path class="used" d="M%5$d 34h22v12h-22z"/><text x="%6$d" y="44">in use</text>
                """
                        .formatted(LEFT, LEFT + 28, LEFT + 80, LEFT + 108, LEFT + 190, LEFT + 218));
    }

    private void grid(StringBuilder svg, Bytes amount) {
        String y = decimal(y(amount));
        svg.append(
                "<path class=\"axis\" d=\"M%d %sH%d\" stroke-opacity=\".5\"/><text class=\"small\" x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
                        .formatted(LEFT, y, WIDTH - RIGHT, LEFT - 6, y, amount));
    }

    private List<Bytes> gridLines() {
        long highest = highest().value();
        long step = 64L << 20;
        while (highest / step > 6) step *= 2;
        var lines = new ArrayList<Bytes>();
        for (long at = 0; at <= highest; at += step) lines.add(new Bytes(at));
        return lines;
    }

    /// Draws a line for each mark. A mark too close to the previous label gets no label.
    private void marks(StringBuilder svg) {
        double lastLabel = -LABEL_WIDTH;
        for (SvgMark each : marks) {
            double at = x(each.at);
            String x = decimal(at);
            svg.append("<path class=\"mark\" d=\"M%s %dv%d\"/>\n".formatted(x, TOP, PLOT_HEIGHT));
            if (at - lastLabel < LABEL_WIDTH) continue;
            lastLabel = at;
            String anchor = at > WIDTH - RIGHT - LABEL_WIDTH / 2.0 ? "end" : "middle";
            svg.append(
                    "<text class=\"small marks\" x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
                            .formatted(x, TOP - 4, anchor, each.text));
        }
    }

    private void timeAxis(StringBuilder svg) {
        long seconds = Math.max(1, end().toSeconds());
        long step = 5;
        while (seconds / step > 10) step *= 2;
        for (long at = 0; at <= seconds; at += step)
            svg.append(
                    "<text class=\"small\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%d s</text>\n"
                            .formatted(
                                    decimal(x(begin().plusSeconds(at))), HEIGHT - BOTTOM + 18, at));
    }

    private String usedPath() {
        var path = new StringBuilder("M" + decimal(x(begin())) + " " + (HEIGHT - BOTTOM));
        for (SvgPoint each : points)
            path.append('L').append(decimal(x(each.at))).append(' ').append(decimal(y(each.used)));
        return path.append('V').append(HEIGHT - BOTTOM).append('Z').toString();
    }

    private String steps(boolean size) {
        var path = new StringBuilder();
        for (SvgPoint each : points) {
            String x = decimal(x(each.at));
            String y = decimal(y(size ? each.size : each.threshold));
            path.append(path.isEmpty() ? "M" + x + " " + y : "H" + x + "V" + y);
        }
        return path.toString();
    }

    private Duration begin() {
        return points.getFirst().at;
    }

    private Duration end() {
        return points.getLast().at.minus(begin());
    }

    private Bytes highest() {
        return points.stream()
                .map(it -> it.size.max(it.used))
                .reduce(Bytes.ofMebibytes(1), Bytes::max);
    }

    private double x(Duration at) {
        double part = (double) at.minus(begin()).toNanos() / Math.max(1, end().toNanos());
        return LEFT + Math.clamp(part, 0, 1) * PLOT_WIDTH;
    }

    private double y(Bytes amount) {
        return HEIGHT - BOTTOM - (double) amount.value() / highest().value() * PLOT_HEIGHT;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
