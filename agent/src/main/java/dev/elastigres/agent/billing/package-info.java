/// What others reckon with: who had which size, and since when.
@NullMarked
package dev.elastigres.agent.billing;

import org.jspecify.annotations.NullMarked;
