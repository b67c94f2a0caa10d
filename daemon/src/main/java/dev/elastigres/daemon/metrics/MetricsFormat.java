package dev.elastigres.daemon.metrics;

import java.util.Locale;

/// The supported exposition formats.
public enum MetricsFormat {
    /// The Prometheus text format, version 0.0.4; the default.
    TEXT("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /// Returns the format that the header `Accept` prefers (RFC 9110, 12.5.1).
    ///
    /// @param accept value of the header
    public static MetricsFormat negotiate(String accept) {
        double text = 0;
        double open = 0;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] range = part.split(";", -1);
            switch (range[0].strip()) {
                case "application/openmetrics-text" -> {
                    if (isKnownVersion(range)) open = Math.max(open, quality(range));
                }
                case "text/plain", "text/*", "*/*" -> text = Math.max(text, quality(range));
                default -> {}
            }
        }
        return open > 0 && open >= text ? OPEN_METRICS : TEXT;
    }

    /// Returns whether the requested version is supported; all are, if none is requested.
    private static boolean isKnownVersion(String[] range) {
        String version = parameter(range, "version");
        return version.isEmpty() || version.equals("1.0.0") || version.equals("0.0.1");
    }

    private static double quality(String[] range) {
        String text = parameter(range, "q");
        try {
            return text.isEmpty() ? 1 : Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static String parameter(String[] range, String name) {
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.startsWith(name + "=")) return parameter.substring(name.length() + 1);
        }
        return "";
    }
}
