/// A Kubernetes that is good for one thing: an agent that begins to work with it.
@NullMarked
package dev.elastigres.distribution.training;

import org.jspecify.annotations.NullMarked;
