/// The edge against hand-made bytes, friendly and hostile.
@NullMarked
package dev.elastigres.daemon.http;

import org.jspecify.annotations.NullMarked;
