/// The admission webhook that sets the size of new pods: the decision, its server and certificates.
@NullMarked
package dev.elastigres.controller.admission;

import org.jspecify.annotations.NullMarked;
