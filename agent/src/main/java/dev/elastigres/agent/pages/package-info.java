/// The metrics pages of a VM, over HTTP.
@NullMarked
package dev.elastigres.agent.pages;

import org.jspecify.annotations.NullMarked;
