/// A fake Kubernetes API server for training runs. It supports what an agent does after its start.
@NullMarked
package dev.elastigres.distribution.training;

import org.jspecify.annotations.NullMarked;
