/// autoscaler-agent: settings, startup, and pages.
@NullMarked
package dev.elastigres.agent;

import org.jspecify.annotations.NullMarked;
