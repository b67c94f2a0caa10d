package dev.elastigres.protocol.metrics;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Parses one line, such as `lfc_hits{job="neon"} 12 1700000000000`, or with an exemplar:
/// `queries_total 12 # {trace_id="a"} 0.5 1700000000.1`.
final class MetricSampleReader {
    private static final char END = '\0';
    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");

    // Java would also accept `1d` and `0x1p3`.
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private static final String EXEMPLAR = " #";

    private final String line;
    private final int number;
    private int at;

    MetricSampleReader(String line, int number) {
        this.line = line;
        this.number = number;
    }

    MetricSample read() throws MetricsException {
        String name = word(true);
        Map<String, String> labels = peek() == '{' ? labels() : Map.of();
        String[] rest = BLANKS.split(withoutExemplar(line.substring(at)).strip(), -1);
        if (rest.length > 2) throw unfit("has more than a value and a time");
        // Milliseconds or, in OpenMetrics, seconds with a fraction.
        if (rest.length == 2 && !NUMBER.matcher(rest[1]).matches())
            throw unfit("has a time that is not a number");
        return new MetricSample(name, labels, value(rest[0]));
    }

    private static String withoutExemplar(String rest) {
        int exemplar = rest.replace('\t', ' ').indexOf(EXEMPLAR);
        return exemplar < 0 ? rest : rest.substring(0, exemplar);
    }

    private Map<String, String> labels() throws MetricsException {
        var labels = new HashMap<String, String>();
        at++;
        skipBlanks();
        while (peek() != '}') {
            String name = word(false);
            skipBlanks();
            expect('=');
            skipBlanks();
            if (labels.put(name, quoted()) != null) throw unfit("has the label " + name + " twice");
            skipBlanks();
            if (peek() != '}') expect(',');
            skipBlanks();
        }
        at++;
        return labels;
    }

    private String word(boolean colons) throws MetricsException {
        int start = at;
        while (isWord(peek(), at > start) || (colons && peek() == ':')) at++;
        if (at == start) throw unfit("has no name where one belongs");
        return line.substring(start, at);
    }

    static boolean isWord(char c, boolean later) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (later && c >= '0' && c <= '9');
    }

    private String quoted() throws MetricsException {
        expect('"');
        var text = new StringBuilder();
        while (peek() != '"') {
            if (peek() == END) throw unfit("has a label without its closing quote");
            text.append(peek() == '\\' ? escaped() : peek());
            at++;
        }
        at++;
        return text.toString();
    }

    private char escaped() throws MetricsException {
        at++;
        return switch (peek()) {
            case 'n' -> '\n';
            case '\\', '"' -> peek();
            default -> throw unfit("has an unknown escape in a label");
        };
    }

    private double value(String text) throws MetricsException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "+inf", "inf", "+infinity", "infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> number(text);
        };
    }

    private double number(String text) throws MetricsException {
        if (!NUMBER.matcher(text).matches())
            throw unfit(text.isEmpty() ? "has no value" : "has a value that is not a number");
        return Double.parseDouble(text);
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') at++;
    }

    private void expect(char wanted) throws MetricsException {
        if (peek() != wanted) throw unfit("has no " + wanted + " where one belongs");
        at++;
    }

    private char peek() {
        return at < line.length() ? line.charAt(at) : END;
    }

    private MetricsException unfit(String why) {
        return new MetricsException("line " + number + " " + why);
    }
}
