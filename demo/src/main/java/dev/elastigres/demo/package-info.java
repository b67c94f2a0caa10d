/// `elastigres demo`: a real Postgres, the real monitor and a small agent, on a machine whose size
/// is simulated; or, with `--vm`, a real VM and the real agent.
@NullMarked
package dev.elastigres.demo;

import org.jspecify.annotations.NullMarked;
