/// `elastigres demo`: a real Postgres, the real monitor and a small agent, in a machine whose size
/// is made up; or, with `--vm`, a real VM and the real agent.
@NullMarked
package dev.elastigres.demo;

import org.jspecify.annotations.NullMarked;
