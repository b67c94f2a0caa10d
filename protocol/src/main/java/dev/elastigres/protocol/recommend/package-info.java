/// Requests for a goal and their answers, as lines of JSON.
@NullMarked
package dev.elastigres.protocol.recommend;

import org.jspecify.annotations.NullMarked;
