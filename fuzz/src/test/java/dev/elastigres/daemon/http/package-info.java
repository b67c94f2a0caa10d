@NullMarked
package dev.elastigres.daemon.http;

import org.jspecify.annotations.NullMarked;
