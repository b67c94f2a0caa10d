/// `elastigres bench`: measurements of the parts as they run, printed with the machine's load.
@NullMarked
package dev.elastigres.bench;

import org.jspecify.annotations.NullMarked;
