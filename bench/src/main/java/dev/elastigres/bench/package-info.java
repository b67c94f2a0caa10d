/// `elastigres bench`: measurements of running parts, reported with the machine's load.
@NullMarked
package dev.elastigres.bench;

import org.jspecify.annotations.NullMarked;
