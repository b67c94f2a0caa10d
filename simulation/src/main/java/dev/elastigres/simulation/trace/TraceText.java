package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A trace as comma-separated values: time in seconds, CPUs, memory and working set in bytes. The
/// first line may name the columns.
public final class TraceText {
    private static final int MOST_LINES = 3_000_000;
    private static final int COLUMNS = 4;

    /// Doubles hold whole numbers up to here; no VM has as many bytes.
    private static final double MOST = 0x1p53;

    private TraceText() {}

    /// @throws TraceException with the number of the line that cannot be read
    public static Trace parse(Stream<String> lines) throws TraceException {
        var samples = new ArrayList<Sample>();
        int number = 0;
        for (var each = lines.iterator(); each.hasNext(); ) {
            String line = each.next();
            number++;
            if (number > MOST_LINES) throw new TraceException("more than " + MOST_LINES + " lines");
            boolean names = number == 1 && line.strip().startsWith("time");
            if (!line.isBlank() && !names) samples.add(sample(number, line));
        }
        try {
            return new Trace(samples);
        } catch (IllegalArgumentException e) {
            throw new TraceException(String.valueOf(e.getMessage()));
        }
    }

    private static Sample sample(int number, String line) throws TraceException {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS)
            throw new TraceException(
                    "line " + number + " has not the columns time, cpu, memory, working set");
        List<String> names = List.of("time", "cpu", "memory", "working set");
        double[] values = new double[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) values[i] = number(number, names.get(i), columns[i]);
        return new Sample(
                (long) values[0],
                values[1],
                new Bytes((long) values[2]),
                new Bytes((long) values[3]));
    }

    private static double number(int line, String name, String text) throws TraceException {
        try {
            double value = Double.parseDouble(text.strip());
            if (value >= 0 && value <= MOST) return value;
        } catch (NumberFormatException _) {
            // Said below, as for numbers that are out of range.
        }
        throw new TraceException("line " + line + " has a " + name + " that is no such number");
    }
}
