/// Decides the size of one VM in the autoscaler-agent: when to ask each peer, when to resize, and
/// why.
@NullMarked
package dev.elastigres.core.agent;

import org.jspecify.annotations.NullMarked;
