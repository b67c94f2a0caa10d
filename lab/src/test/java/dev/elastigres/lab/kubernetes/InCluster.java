package dev.elastigres.lab.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that take a [LabCluster], or a [VmCluster] if they need features that only it has;
/// these are skipped on a cluster of the user's. All tests share one cluster; each works in a
/// namespace of its own.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kubernetes")
@Timeout(600)
@ExtendWith(ClusterExtension.class)
@interface InCluster {}
