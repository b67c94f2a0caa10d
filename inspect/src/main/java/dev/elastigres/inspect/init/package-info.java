/// `elastigres init`: a first settings file for this host.
@NullMarked
package dev.elastigres.inspect.init;

import org.jspecify.annotations.NullMarked;
