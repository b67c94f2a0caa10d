/// Drivers, which find Postgres' machines on a host and change their sizes.
@NullMarked
package dev.elastigres.agent.driver;

import org.jspecify.annotations.NullMarked;
