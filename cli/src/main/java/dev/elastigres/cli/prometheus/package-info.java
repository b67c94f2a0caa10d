/// Reads the measured load of a container or a host from a Prometheus server.
@NullMarked
package dev.elastigres.cli.prometheus;

import org.jspecify.annotations.NullMarked;
