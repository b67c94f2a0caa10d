/// Endpoints of a VM's monitor and metrics pages.
@NullMarked
package dev.elastigres.agent.endpoint;

import org.jspecify.annotations.NullMarked;
