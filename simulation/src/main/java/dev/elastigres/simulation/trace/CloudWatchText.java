package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Parses the comma-separated values that the console of Amazon CloudWatch downloads.
///
/// Any number of header lines (label, identifier, statistic, region ...) come before the first line
/// with a timestamp. A column is recognized by the name of its metric in one of these:
/// `CPUUtilization` (per cent of all CPUs), and `FreeableMemory` (bytes) or the CloudWatch agent's
/// `mem_used_percent`. Other columns are ignored. An empty field is a missing value. The lines may
/// be in any order of time.
public final class CloudWatchText {
    private static final String CPU = "CPUUtilization";
    private static final String FREE = "FreeableMemory";
    private static final String USED = "mem_used_percent";
    private static final int MAX_HEADERS = 50;

    private CloudWatchText() {}

    /// Returns whether lines from the beginning of a file name a metric of CloudWatch.
    ///
    /// @param head some lines from the beginning of the file
    public static boolean isNamedIn(List<String> head) {
        return head.stream()
                .anyMatch(line -> names(line, CPU) || names(line, FREE) || names(line, USED));
    }

    /// Returns the load.
    ///
    /// @param size CPUs and memory that the instance had
    /// @throws TraceException if a metric is missing or a line cannot be read, with its number
    public static MeasuredLoad parse(Stream<String> lines, Resources size) throws TraceException {
        var headers = new ArrayList<List<String>>();
        var cpus = new HashMap<Long, Double>();
        var memory = new HashMap<Long, Double>();
        int time = -1;
        MetricColumns columns = null;
        int number = 0;
        for (var each = lines.iterator(); each.hasNext(); ) {
            String line = each.next();
            number++;
            TraceText.checkLength(number, line);
            if (line.isBlank()) continue;
            List<String> fields = CsvFields.of(line);
            if (columns == null) {
                OptionalInt found = timestampColumn(fields);
                if (found.isEmpty()) {
                    headers.add(fields);
                    if (headers.size() > MAX_HEADERS)
                        throw new TraceException(
                                "the first " + MAX_HEADERS + " lines have no timestamp");
                    continue;
                }
                time = found.getAsInt();
                columns = MetricColumns.of(headers);
            }
            String text = time < fields.size() ? fields.get(time) : "";
            OptionalLong second = DateTimeParser.timestamp(text);
            if (second.isEmpty()) throw new TraceException("line " + number + " has no timestamp");
            columns.read(number, fields, second.getAsLong(), size, cpus, memory);
        }
        if (columns == null) throw new TraceException("no line has a timestamp");
        return MeasuredLoad.of(cpus, memory, Map.of());
    }

    private static boolean names(String text, String metric) {
        return text.toLowerCase(Locale.ROOT).contains(metric.toLowerCase(Locale.ROOT));
    }

    private static OptionalInt timestampColumn(List<String> fields) {
        for (int i = 0; i < fields.size(); i++)
            if (DateTimeParser.timestamp(fields.get(i)).isPresent()) return OptionalInt.of(i);
        return OptionalInt.empty();
    }

    /// Positions of the metrics, counted from 0.
    private record MetricColumns(int cpu, OptionalInt free, OptionalInt used) {
        static MetricColumns of(List<List<String>> headers) throws TraceException {
            OptionalInt cpu = find(CPU, headers);
            OptionalInt free = find(FREE, headers);
            OptionalInt used = find(USED, headers);
            if (cpu.isEmpty()) throw new TraceException("no column is named " + CPU);
            if (free.isEmpty() && used.isEmpty())
                throw new TraceException(
                        "no column is named %s or %s: add the metric to the graph and download it again"
                                .formatted(FREE, USED));
            return new MetricColumns(cpu.getAsInt(), free, used);
        }

        private static OptionalInt find(String metric, List<List<String>> headers)
                throws TraceException {
            OptionalInt found = OptionalInt.empty();
            for (List<String> header : headers)
                for (int i = 0; i < header.size(); i++) {
                    if (!names(header.get(i), metric)) continue;
                    if (found.isPresent() && found.getAsInt() != i)
                        throw new TraceException(
                                "two columns are named %s: download the metrics of one instance, with one statistic"
                                        .formatted(metric));
                    found = OptionalInt.of(i);
                }
            return found;
        }

        void read(
                int number,
                List<String> fields,
                long second,
                Resources size,
                Map<Long, Double> cpus,
                Map<Long, Double> memory)
                throws TraceException {
            String percent = field(fields, cpu);
            if (!percent.isEmpty())
                cpus.put(second, amount(number, percent, CPU) / 100 * size.vcpus());
            double total = size.memory().value();
            String freeable = free.isPresent() ? field(fields, free.getAsInt()) : "";
            String taken = used.isPresent() ? field(fields, used.getAsInt()) : "";
            if (!freeable.isEmpty()) {
                double bytes = amount(number, freeable, FREE);
                if (bytes > total)
                    throw new TraceException(
                            "line %d has more %s than the instance's %s"
                                    .formatted(number, FREE, size.memory()));
                memory.put(second, total - bytes);
            } else if (!taken.isEmpty()) {
                memory.put(second, amount(number, taken, USED) / 100 * total);
            }
        }

        private static String field(List<String> fields, int place) {
            return place < fields.size() ? fields.get(place) : "";
        }

        private static double amount(int number, String text, String metric) throws TraceException {
            try {
                double value = Double.parseDouble(text);
                if (value >= 0 && value <= TraceText.MAX) return value;
            } catch (NumberFormatException _) {
                // Reported below, like numbers that are out of range.
            }
            throw new TraceException("line %d has no valid %s".formatted(number, metric));
        }
    }
}
