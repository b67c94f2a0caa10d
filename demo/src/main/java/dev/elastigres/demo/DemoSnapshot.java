package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// How everything stands at one moment.
///
/// @param used by Postgres
/// @param threshold from which the monitor asks for more
/// @param size of the machine
/// @param cache `effective_cache_size`
/// @param step of the story that goes on
record DemoSnapshot(Bytes used, Bytes threshold, Resources size, Bytes cache, String step) {}
