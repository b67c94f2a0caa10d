/// The settings of a daemon: flags, environment variables and a configuration file, all described
/// in one table.
@NullMarked
package dev.elastigres.daemon.settings;

import org.jspecify.annotations.NullMarked;
