/// Settings from every source, sound and broken.
@NullMarked
package dev.elastigres.daemon.settings;

import org.jspecify.annotations.NullMarked;
