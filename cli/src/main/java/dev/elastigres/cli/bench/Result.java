package dev.elastigres.cli.bench;

/// One row of a benchmark.
///
/// @param what was measured, in snake_case
/// @param postgres what Postgres did meanwhile: `none`, `idle` or `hung`
/// @param load1 the machine's load average over a minute when the row was finished; negative when
///     unknown
record Result(String what, String postgres, Samples samples, double load1) {}
