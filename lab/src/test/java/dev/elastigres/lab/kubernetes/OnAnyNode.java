package dev.elastigres.lab.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that take a [LabCluster] whose node may also run on this machine itself, which is
/// faster: they install no agent, and need no file of a pod's cgroup v2 beyond what
/// [LabCluster#cgroupFile] returns for cgroup v1. Only root can have such nodes; for other users
/// the tests run as those of [InCluster].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kubernetes")
@Tag(OnAnyNode.TAG)
@Timeout(600)
@ExtendWith(ClusterExtension.class)
@interface OnAnyNode {
    String TAG = "host-nodes";
}
