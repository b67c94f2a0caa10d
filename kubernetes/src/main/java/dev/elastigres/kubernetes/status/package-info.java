/// What is written of the pods of this node into the objects that are for them.
@NullMarked
package dev.elastigres.kubernetes.status;

import org.jspecify.annotations.NullMarked;
