/// What several tests share.
@NullMarked
package dev.elastigres.monitor.testing;

import org.jspecify.annotations.NullMarked;
