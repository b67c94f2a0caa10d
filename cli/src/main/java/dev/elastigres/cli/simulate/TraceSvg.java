package dev.elastigres.cli.simulate;

import dev.elastigres.simulation.trace.LoadTrace;
import dev.elastigres.simulation.trace.PolicyResult;
import dev.elastigres.simulation.trace.SizeHistory;
import dev.elastigres.simulation.trace.TracePoint;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Draws demand and the sizes chosen by each policy: two charts per policy, CPUs and memory over
/// time, as one SVG without scripts for light and dark themes.
final class TraceSvg {
    private static final int WIDTH = 960;
    private static final int LEFT = 56;
    private static final int RIGHT = 16;
    private static final int PLOT = WIDTH - LEFT - RIGHT;
    private static final int CHART = 84;
    private static final int TITLE = 24;
    private static final int GAP = 14;
    private static final double GIB = 1L << 30;

    private final StringBuilder svg = new StringBuilder();
    private final LoadTrace trace;
    private final long begin;
    private final long seconds;

    private TraceSvg(LoadTrace trace) {
        this.trace = trace;
        begin = trace.samples().getFirst().second();
        seconds = trace.samples().getLast().second() - begin;
    }

    static String draw(String name, LoadTrace trace, List<PolicyResult> results) {
        return new TraceSvg(trace).draw(name, results);
    }

    private String draw(String name, List<PolicyResult> results) {
        int block = TITLE + 2 * (CHART + GAP);
        int height = TITLE + block * results.size() + GAP;
        line(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                                + " aria-label=\"Demand and size over time\">")
                        .formatted(WIDTH, height));
        line(
                "<style>text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600}"
                        + ".d{fill:#9aa5b1;fill-opacity:.55}.s{fill:none;stroke:#1769d2;stroke-width:1.4}"
                        + ".a{stroke:#c3cad2;stroke-width:1}rect{fill:#fff}"
                        + "@media(prefers-color-scheme:dark){rect{fill:#14181d}text{fill:#dde3ea}"
                        + ".s{stroke:#6db1ff}.d{fill:#66717e}.a{stroke:#46505c}}</style>");
        line("<rect width=\"%d\" height=\"%d\"/>".formatted(WIDTH, height));
        line("<text class=\"t\" x=\"8\" y=\"17\">%s</text>".formatted(escaped(name)));
        int y = TITLE;
        for (PolicyResult each : results) {
            policy(each, y);
            y += block;
        }
        line("</svg>");
        return svg.toString();
    }

    private void policy(PolicyResult result, int top) {
        line(
                ("<text class=\"t\" x=\"%d\" y=\"%d\">%s, %s: %s CU-hours, ratio %s, short"
                                + " %s %%</text>")
                        .formatted(
                                LEFT,
                                top + 17,
                                escaped(result.policy()),
                                result.shape().code(),
                                decimal(result.cost()),
                                String.format(Locale.ROOT, "%.3f", result.costRatio()),
                                decimal(result.shortShare() * 100)));
        chart("CPUs", top + TITLE, result.sizes(), TracePoint::cpus, it -> it.size().vcpus());
        chart(
                "GiB",
                top + TITLE + CHART + GAP,
                result.sizes(),
                it -> ((double) it.memory().value() + it.workingSet().value()) / GIB,
                it -> it.size().memory().value() / GIB);
    }

    private void chart(
            String unit,
            int top,
            SizeHistory sizes,
            ToDoubleFunction<TracePoint> demand,
            ToDoubleFunction<SizeHistory.SizeEntry> size) {
        double highest =
                Math.max(
                        trace.samples().stream().mapToDouble(demand).max().orElse(1),
                        sizes.changes().stream().mapToDouble(size).max().orElse(1));
        double scale = highest > 0 ? CHART / highest : 1;
        int bottom = top + CHART;
        line(
                "<path class=\"d\" d=\"M%d %d%sL%d %dZ\"/>"
                        .formatted(
                                LEFT,
                                bottom,
                                demandPath(demand, bottom, scale),
                                LEFT + PLOT,
                                bottom));
        line("<path class=\"s\" d=\"%s\"/>".formatted(sizePath(sizes, size, bottom, scale)));
        line(
                "<path class=\"a\" d=\"M%d %dV%dH%d\" fill=\"none\"/>"
                        .formatted(LEFT, top, bottom, LEFT + PLOT));
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        .formatted(LEFT - 6, bottom, unit));
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        .formatted(LEFT - 6, top + 10, decimal(highest)));
    }

    /// Returns the path with one point per pixel, the maximum demand of its time span.
    private String demandPath(ToDoubleFunction<TracePoint> demand, int bottom, double scale) {
        var path = new StringBuilder();
        int next = 0;
        var samples = trace.samples();
        for (int x = 0; x < PLOT; x++) {
            long until = begin + seconds * (x + 1) / PLOT;
            double highest = demand.applyAsDouble(samples.get(Math.max(0, next - 1)));
            while (next < samples.size() - 1 && samples.get(next).second() < until)
                highest = Math.max(highest, demand.applyAsDouble(samples.get(next++)));
            path.append('L').append(LEFT + x).append(' ').append(decimal(bottom - highest * scale));
        }
        return path.toString();
    }

    private String sizePath(
            SizeHistory sizes,
            ToDoubleFunction<SizeHistory.SizeEntry> size,
            int bottom,
            double scale) {
        var path = new StringBuilder();
        for (SizeHistory.SizeEntry each : sizes.changes()) {
            String x = decimal(LEFT + (double) each.second() * PLOT / Math.max(1, seconds));
            String y = decimal(bottom - size.applyAsDouble(each) * scale);
            path.append(path.isEmpty() ? "M" + x + " " + y : "H" + x + "V" + y);
        }
        return path.append('H').append(LEFT + PLOT).toString();
    }

    private void line(String element) {
        svg.append(element).append('\n');
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
