/// How pods are found, seen and resized.
@NullMarked
package dev.elastigres.kubernetes.driver;

import org.jspecify.annotations.NullMarked;
