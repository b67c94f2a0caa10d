/// Where the parts of a VM are reached.
@NullMarked
package dev.elastigres.agent.endpoint;

import org.jspecify.annotations.NullMarked;
