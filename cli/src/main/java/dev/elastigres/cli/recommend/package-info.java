/// `elastigres recommend`: the goal for metrics at hand.
@NullMarked
package dev.elastigres.cli.recommend;

import org.jspecify.annotations.NullMarked;
