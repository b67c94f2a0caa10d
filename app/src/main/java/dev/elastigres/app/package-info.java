/// The developer's `elastigres`.
@NullMarked
package dev.elastigres.app;

import org.jspecify.annotations.NullMarked;
