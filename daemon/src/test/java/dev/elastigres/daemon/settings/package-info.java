/// Settings from all sources, valid and invalid.
@NullMarked
package dev.elastigres.daemon.settings;

import org.jspecify.annotations.NullMarked;
