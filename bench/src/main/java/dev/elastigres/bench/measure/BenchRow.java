package dev.elastigres.bench.measure;

/// What was measured, as it is printed.
public interface BenchRow {
    /// What the table's columns are.
    String head();

    /// A line of the table.
    String text();

    /// The same as one JSON object.
    String json();
}
