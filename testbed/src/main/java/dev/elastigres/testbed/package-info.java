/// Temporary Postgres servers that leave no files behind.
@NullMarked
package dev.elastigres.testbed;

import org.jspecify.annotations.NullMarked;
