/// Files and folders of this host.
@NullMarked
package dev.elastigres.host.file;

import org.jspecify.annotations.NullMarked;
