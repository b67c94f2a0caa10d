/// Shared helpers of tests.
@NullMarked
package dev.elastigres.monitor.testing;

import org.jspecify.annotations.NullMarked;
