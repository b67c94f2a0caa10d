/// Life under a service manager.
@NullMarked
package dev.elastigres.daemon.service;

import org.jspecify.annotations.NullMarked;
