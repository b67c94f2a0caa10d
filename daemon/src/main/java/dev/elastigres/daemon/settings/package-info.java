/// What a daemon can be told: by flags, by variables, by a file, all described in one table.
@NullMarked
package dev.elastigres.daemon.settings;

import org.jspecify.annotations.NullMarked;
