/// What the autoscaler-agent decides for one VM: when to ask whom, when to resize, and why.
@NullMarked
package dev.elastigres.core.agent;

import org.jspecify.annotations.NullMarked;
