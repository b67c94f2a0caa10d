/// The command `elastigres recommend`: the goal for given metrics.
@NullMarked
package dev.elastigres.cli.recommend;

import org.jspecify.annotations.NullMarked;
