/// Resolves PostgresAutoscalers into one plan for each node, and writes their status from the
/// plans' status.
@NullMarked
package dev.elastigres.controller;

import org.jspecify.annotations.NullMarked;
