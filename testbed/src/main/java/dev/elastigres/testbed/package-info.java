/// Postgres servers that live in a temporary folder and leave nothing behind.
@NullMarked
package dev.elastigres.testbed;

import org.jspecify.annotations.NullMarked;
