/// The guest's image: built without root from Debian packages, kept by its inputs.
@NullMarked
package dev.elastigres.vm.image;

import org.jspecify.annotations.NullMarked;
