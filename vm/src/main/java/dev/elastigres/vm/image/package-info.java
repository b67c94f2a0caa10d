/// Builds guest images from Debian packages without root privileges, and caches them by their
/// inputs.
@NullMarked
package dev.elastigres.vm.image;

import org.jspecify.annotations.NullMarked;
