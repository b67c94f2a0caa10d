/// Tests of the whole system in real VMs: a real kernel, Postgres and monitor, and outside of the
/// VM the real agent, or a small one that the test controls.
@NullMarked
package dev.elastigres.lab;

import org.jspecify.annotations.NullMarked;
