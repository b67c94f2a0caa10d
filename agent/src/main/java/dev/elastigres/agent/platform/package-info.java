/// Platforms: the kinds of machines that an agent can scale.
@NullMarked
package dev.elastigres.agent.platform;

import org.jspecify.annotations.NullMarked;
