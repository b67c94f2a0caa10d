/// What a host may hand out to its VMs, and to whom it goes.
@NullMarked
package dev.elastigres.core.budget;

import org.jspecify.annotations.NullMarked;
