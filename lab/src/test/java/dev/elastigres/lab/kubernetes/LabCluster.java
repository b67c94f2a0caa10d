package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// A cluster to test in, of at least one node.
sealed interface LabCluster extends AutoCloseable permits VmCluster, OwnCluster {

    /// As somebody who may do everything.
    Kubectl kubectl();

    /// As a service account that is there, by a token of its own.
    Kubectl kubectl(String namespace, String account) throws Exception;

    /// Lines of a pod's `spec` by which its port is reached from this machine, where it can be.
    String placement();

    /// The container of a Postgres: its image, as what it runs, and how it is told its port and
    /// the password `lab`. Lines of YAML, to be indented.
    String postgres(int port);

    /// Runs a command in a container and returns what it printed.
    String exec(Pod pod, List<String> command) throws Exception;

    /// What the node's kernel has in a file of the container's cgroup.
    default String cgroupFile(Pod pod, String file) throws Exception {
        return exec(pod, List.of("cat", "/sys/fs/cgroup/" + file)).strip();
    }

    /// A new namespace, in which pods can be made. It goes with the cluster, or when it is deleted.
    default String namespace() throws Exception {
        String name = "lab-" + UUID.randomUUID().toString().substring(0, 8);
        kubectl().run("create", "namespace", name);
        kubectl()
                .run(
                        "wait",
                        "--for=create",
                        "serviceaccount/default",
                        "--namespace=" + name,
                        "--timeout=60s");
        return name;
    }

    /// Begins to delete a namespace, with all that is in it.
    default void delete(String namespace) throws TestbedException {
        kubectl().run("delete", "namespace", namespace, "--wait=false");
    }

    /// What happened in a namespace, as `kubectl` tells it.
    default String events(String namespace) throws TestbedException {
        return kubectl().run("get", "events", "--namespace=" + namespace);
    }

    @Override
    void close() throws IOException, TestbedException, VmException;

    /// The file of somebody who may do everything, for programs under test that have no account
    /// yet.
    Path kubeconfig();
}
