package dev.elastigres.cli.prometheus;

/// One value of a series.
///
/// @param second Unix time in seconds, rounded down
record PrometheusSample(long second, double value) {}
