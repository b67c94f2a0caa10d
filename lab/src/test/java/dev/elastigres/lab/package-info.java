/// The whole of it in real VMs: a real kernel, Postgres and monitor, and a small agent outside.
@NullMarked
package dev.elastigres.lab;

import org.jspecify.annotations.NullMarked;
