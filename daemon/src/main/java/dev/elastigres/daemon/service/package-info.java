/// Integration with the service manager (systemd).
@NullMarked
package dev.elastigres.daemon.service;

import org.jspecify.annotations.NullMarked;
