package dev.elastigres.cli.simulate;

import dev.elastigres.core.scaling.Preference;
import dev.elastigres.simulation.trace.PolicyResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Draws cost against shortage over the preferences: one line for each load, through one point for
/// each preference. An SVG without scripts for light and dark themes.
final class PreferenceCurveSvg {
    private static final int WIDTH = 920;
    private static final int HEIGHT = 440;
    private static final int LEFT = 56;
    private static final int RIGHT = 250;
    private static final int TOP = 34;
    private static final int BOTTOM = 44;
    private static final int LABEL_HEIGHT = 14;
    private static final List<Preference> PREFERENCES = List.of(Preference.values());
    private static final String[] COLORS = {
        "#1769d2", "#c2410c", "#0f8a5f", "#8b3fc7", "#b58900", "#c2185b", "#4b7f9e", "#6b7280"
    };

    private final StringBuilder svg = new StringBuilder();
    private final double maxShort;
    private final double minRatio;
    private final double maxRatio;

    private PreferenceCurveSvg(Map<String, List<PolicyResult>> loads) {
        double shortShare = 0;
        double low = 1;
        double high = 1;
        for (List<PolicyResult> results : loads.values())
            for (PolicyResult each : results) {
                shortShare = Math.max(shortShare, each.shortShare() * 100);
                low = Math.min(low, each.costRatio());
                high = Math.max(high, each.costRatio());
            }
        maxShort = Math.max(0.1, Math.ceil(shortShare * 10) / 10);
        minRatio = Math.floor(low * 10) / 10;
        maxRatio = Math.ceil(high * 10 + 0.1) / 10;
    }

    /// Returns the drawing.
    ///
    /// @param loads results of each load by its name, in the order of [Preference]
    static String draw(String title, Map<String, List<PolicyResult>> loads) {
        return new PreferenceCurveSvg(loads).drawing(title, loads);
    }

    private String drawing(String title, Map<String, List<PolicyResult>> loads) {
        line(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                                + " aria-label=\"Cost against shortage for each preference\">")
                        .formatted(WIDTH, HEIGHT));
        line(
                "<style>text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600}"
                        + ".a{stroke:#c3cad2;stroke-width:1;fill:none}.l{fill:none;stroke-width:1.6}"
                        + "rect{fill:#fff}@media(prefers-color-scheme:dark){rect{fill:#14181d}"
                        + "text{fill:#dde3ea}.a{stroke:#46505c}}</style>");
        line("<rect width=\"%d\" height=\"%d\"/>".formatted(WIDTH, HEIGHT));
        line("<text class=\"t\" x=\"8\" y=\"18\">%s</text>".formatted(title));
        axes();
        int index = 0;
        for (var each : loads.entrySet()) load(each.getKey(), each.getValue(), index++);
        line("</svg>");
        return svg.toString();
    }

    private void axes() {
        for (double ratio = minRatio; ratio <= maxRatio + 1e-9; ratio += 0.1) {
            line("<path class=\"a\" d=\"M%d %sH%d\"/>".formatted(LEFT, y(ratio), WIDTH - RIGHT));
            line(
                    "<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
                            .formatted(LEFT - 6, y(ratio), decimal(ratio)));
        }
        int ticks = 5;
        for (int i = 0; i <= ticks; i++) {
            double share = maxShort * i / ticks;
            line(
                    "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s %%</text>"
                            .formatted(
                                    x(share),
                                    HEIGHT - BOTTOM + 16,
                                    String.format(Locale.ROOT, "%.2f", share)));
        }
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">share of time with a shortage</text>"
                        .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8));
        line(
                "<text x=\"%d\" y=\"%d\">cost relative to the clairvoyant schedule</text>"
                        .formatted(LEFT, TOP - 4));
    }

    private void load(String name, List<PolicyResult> results, int index) {
        String color = COLORS[index % COLORS.length];
        var path = new StringBuilder();
        for (PolicyResult each : results)
            path.append(path.isEmpty() ? "M" : "L").append(point(each));
        line("<path class=\"l\" stroke=\"%s\" d=\"%s\"/>".formatted(color, path));
        for (int i = 0; i < results.size(); i++) {
            PolicyResult each = results.get(i);
            line(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%s\" cy=\"%s\" r=\"%d\" fill=\"%s\"><title>%s, %s: %.3f, short"
                                    + " %.2f %%, %d OOM risks</title></circle>",
                            x(each.shortShare() * 100),
                            y(each.costRatio()),
                            3 + i,
                            color,
                            name,
                            PREFERENCES.get(i).code(),
                            each.costRatio(),
                            each.shortShare() * 100,
                            each.oomRisks()));
        }
        int at = TOP + 12 + index * LABEL_HEIGHT;
        line(
                "<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>"
                        .formatted(
                                WIDTH - RIGHT + 16, at - 4, color, WIDTH - RIGHT + 26, at, name));
    }

    private String point(PolicyResult result) {
        return x(result.shortShare() * 100) + " " + y(result.costRatio());
    }

    private String x(double share) {
        return decimal(LEFT + share / maxShort * (WIDTH - LEFT - RIGHT));
    }

    private String y(double ratio) {
        double part = (ratio - minRatio) / (maxRatio - minRatio);
        return decimal(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM));
    }

    private void line(String element) {
        svg.append(element).append('\n');
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
