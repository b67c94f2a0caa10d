package dev.elastigres.cli.demo;

import dev.elastigres.core.units.Bytes;

/// How everything stands at one moment.
///
/// @param used by Postgres
/// @param threshold from which the monitor asks for more
/// @param units of the machine
/// @param cache `effective_cache_size`
/// @param step of the story that goes on
record Gauge(Bytes used, Bytes threshold, int units, Bytes cache, String step) {}
