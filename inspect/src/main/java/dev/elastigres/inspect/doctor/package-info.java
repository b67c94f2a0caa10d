/// `elastigres doctor`: checks whether this host can run Elastigres.
@NullMarked
package dev.elastigres.inspect.doctor;

import org.jspecify.annotations.NullMarked;
