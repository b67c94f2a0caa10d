package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The state of the demo at one moment.
///
/// @param used memory of Postgres
/// @param threshold usage from which the monitor requests more memory
/// @param size of the machine
/// @param cache `effective_cache_size`
/// @param step the demo's current step
record DemoSnapshot(Bytes used, Bytes threshold, Resources size, Bytes cache, String step) {}
