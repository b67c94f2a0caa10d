/// Packages the daemons with a Java runtime: Debian package, tar archive, container image and
/// SBOM.
@NullMarked
package dev.elastigres.distribution;

import org.jspecify.annotations.NullMarked;
