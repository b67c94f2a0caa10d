/// The live page: its files, its streams of changes, and the data that a daemon provides for it.
@NullMarked
package dev.elastigres.page;

import org.jspecify.annotations.NullMarked;
