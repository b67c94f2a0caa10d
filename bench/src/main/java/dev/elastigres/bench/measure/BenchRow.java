package dev.elastigres.bench.measure;

/// A result row of a benchmark.
public interface BenchRow {
    /// Returns the table's header.
    String head();

    /// Returns the row as a line of the table.
    String text();

    /// Returns the row as one JSON object.
    String json();
}
