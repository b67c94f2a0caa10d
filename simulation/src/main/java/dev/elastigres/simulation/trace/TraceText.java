package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Parses a trace from comma-separated values: time in seconds or as a date-time, CPUs, memory and
/// working set in bytes.
///
/// The first line names the columns, which may be in any order and among other columns.
public final class TraceText {
    private static final int MAX_LINES = 3_000_000;
    private static final int MAX_LINE_LENGTH = 1 << 16;

    /// Doubles hold whole numbers up to here; no VM has as many bytes.
    static final double MAX = 0x1p53;

    private static final String TIME = "time";
    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";
    private static final String WORKING_SET = "working_set";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TraceText() {}

    /// Positions of the columns, counted from 0.
    ///
    /// @param count number of fields in a line
    private record TraceColumns(int time, int cpu, int memory, int workingSet, int count) {

        /// @param fields fields of the header line
        static TraceColumns of(int number, List<String> fields) throws TraceException {
            List<String> names = fields.stream().map(TraceColumns::normal).toList();
            return new TraceColumns(
                    place(number, names, TIME),
                    place(number, names, CPU),
                    place(number, names, MEMORY),
                    place(number, names, WORKING_SET),
                    fields.size());
        }

        private static int place(int number, List<String> names, String column)
                throws TraceException {
            int place = names.indexOf(column);
            if (place < 0)
                throw new TraceException(
                        "line %d names no column %s: the first line is a header with the columns %s, separated by commas, in any order"
                                .formatted(
                                        number,
                                        column,
                                        String.join(",", TIME, CPU, MEMORY, WORKING_SET)));
            if (names.lastIndexOf(column) != place)
                throw new TraceException(
                        "line %d names the column %s twice".formatted(number, column));
            return place;
        }

        /// Returns the normalized name of a column: `Working Set` becomes `working_set`.
        private static String normal(String name) {
            return name.toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
        }
    }

    /// Returns the trace.
    ///
    /// @throws TraceException if a line cannot be read, with its number, or if the lines are not a
    ///     valid trace
    public static LoadTrace parse(Stream<String> lines) throws TraceException {
        var samples = new ArrayList<TracePoint>();
        Optional<TraceColumns> layout = Optional.empty();
        int number = 0;
        for (var each = lines.iterator(); each.hasNext(); ) {
            String line = each.next();
            number++;
            checkLength(number, line);
            if (number == 1 && line.startsWith(BYTE_ORDER_MARK)) line = line.substring(1);
            if (line.isBlank()) continue;
            List<String> fields = CsvFields.of(line);
            if (layout.isPresent()) samples.add(sample(number, fields, layout.get()));
            else layout = Optional.of(TraceColumns.of(number, fields));
        }
        try {
            return new LoadTrace(samples);
        } catch (IllegalArgumentException e) {
            throw new TraceException(String.valueOf(e.getMessage()));
        }
    }

    static void checkLength(int number, String line) throws TraceException {
        if (number > MAX_LINES) throw new TraceException("more than " + MAX_LINES + " lines");
        if (line.length() > MAX_LINE_LENGTH)
            throw new TraceException("line " + number + " is too long");
    }

    private static TracePoint sample(int number, List<String> fields, TraceColumns layout)
            throws TraceException {
        if (fields.size() != layout.count)
            throw new TraceException(
                    "line %d has %d columns instead of %d"
                            .formatted(number, fields.size(), layout.count));
        return new TracePoint(
                time(number, fields, layout.time),
                amount(number, fields, layout.cpu, CPU),
                new Bytes((long) amount(number, fields, layout.memory, MEMORY)),
                new Bytes((long) amount(number, fields, layout.workingSet, WORKING_SET)));
    }

    private static long time(int number, List<String> fields, int place) throws TraceException {
        OptionalLong dateTime = DateTimeParser.dateTime(fields.get(place));
        return dateTime.isPresent()
                ? dateTime.getAsLong()
                : (long) amount(number, fields, place, TIME);
    }

    private static double amount(int number, List<String> fields, int place, String column)
            throws TraceException {
        try {
            double value = Double.parseDouble(fields.get(place));
            if (value >= 0 && value <= MAX) return value;
        } catch (NumberFormatException _) {
            // Reported below, like numbers that are out of range.
        }
        throw new TraceException(
                "line " + number + " has a " + column + " that is not a number in its range");
    }
}
