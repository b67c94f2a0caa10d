package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A cluster for tests, with at least one node.
sealed interface LabCluster extends AutoCloseable permits VmCluster, HostCluster, ExternalCluster {
    /// Prefix of our namespaces' names.
    String PREFIX = "lab-";

    /// Label of a namespace; its value identifies the test run that created it.
    String LABEL = "elastigres.dev/lab";

    /// Identifies this test run.
    long RUN = ProcessHandle.current().pid();

    /// Returns `kubectl` with all permissions.
    Kubectl kubectl();

    /// Returns `kubectl` with a token of an existing service account.
    Kubectl kubectl(String namespace, String account) throws Exception;

    /// Returns the node on which all pods of tests run.
    String nodeName();

    /// Returns the manifests that users apply, with an image of agent and monitor that the node
    /// has or can pull.
    String manifests() throws Exception;

    /// Returns lines of a pod's `spec` that place it on that node, and that make its port
    /// reachable from this machine if the cluster supports that.
    String placement();

    /// Returns the image of an idle container, as lines of YAML to be indented.
    String idle();

    /// Returns the image and the environment of a Postgres container, with its port and the
    /// password `lab`, as lines of YAML to be indented.
    String postgres(int port);

    /// Runs a command in a container and returns its output.
    default String exec(LabPod pod, List<String> command) throws TestbedException {
        var words = new ArrayList<>(List.of("exec", pod.name(), "--namespace=" + pod.namespace()));
        words.add("--");
        words.addAll(command);
        return kubectl().run(words.toArray(String[]::new));
    }

    /// Returns a file of the container's cgroup.
    String cgroupFile(LabPod pod, String file) throws Exception;

    /// Returns a pod's HTTP response at `path`.
    default String page(LabPod pod, int port, String path)
            throws IOException, TestbedException, InterruptedException {
        try (var forward = PortForward.to(kubectl(), pod, port)) {
            return forward.get(path);
        }
    }

    /// Returns the log of a pod's container.
    String log(LabPod pod, String container) throws Exception;

    /// Returns the node's recent logs; empty if they are not accessible.
    String recentLogs() throws Exception;

    /// Creates a namespace and waits until pods can be created in it. It is deleted explicitly, or
    /// with the cluster.
    default String namespace() throws Exception {
        String name = PREFIX + UUID.randomUUID().toString().substring(0, 8);
        kubectl().run("create", "namespace", name);
        kubectl().run("label", "namespace", name, LABEL + "=" + RUN);
        kubectl()
                .run(
                        "wait",
                        "--for=create",
                        "serviceaccount/default",
                        "--namespace=" + name,
                        "--timeout=60s");
        return name;
    }

    /// Starts to delete a namespace with its contents.
    default void delete(String namespace) throws TestbedException {
        kubectl().run("delete", "namespace", namespace, "--wait=false");
    }

    /// Starts to delete all namespaces that tests of this run have created.
    default void deleteAll() throws TestbedException {
        kubectl().run("delete", "namespaces", "--selector=" + LABEL + "=" + RUN, "--wait=false");
    }

    /// Returns the agents' events in a namespace, as `kubectl` prints them.
    default String events(String namespace) throws TestbedException {
        return kubectl()
                .run(
                        "get",
                        "events",
                        "--namespace=" + namespace,
                        "--field-selector=reportingComponent=elastigres.dev/agent");
    }

    @Override
    void close() throws IOException, TestbedException, VmException;

    /// Returns a kubeconfig with all permissions, for programs under test that have no account
    /// yet.
    Path kubeconfig();
}
