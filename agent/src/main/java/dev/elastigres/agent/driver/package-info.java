/// What finds Postgres' machines on a host, and makes them larger and smaller.
@NullMarked
package dev.elastigres.agent.driver;

import org.jspecify.annotations.NullMarked;
