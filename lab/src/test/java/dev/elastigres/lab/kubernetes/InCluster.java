package dev.elastigres.lab.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Tests that take a [LabCluster], or a [VmCluster] when they need what only that has: then they
/// are left out on a cluster of one's own. All share one; each works in a namespace of its own.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kubernetes")
@Timeout(600)
@ExtendWith(ClusterExtension.class)
@interface InCluster {}
