package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A cluster to test in, of at least one node.
sealed interface LabCluster extends AutoCloseable permits VmCluster, ExternalCluster {
    /// What the names of our namespaces begin with.
    String PREFIX = "lab-";

    /// Says of a namespace which run has made it.
    String LABEL = "elastigres.dev/lab";

    /// Tells this run from others.
    long RUN = ProcessHandle.current().pid();

    /// As somebody who may do everything.
    Kubectl kubectl();

    /// As a service account that is there, by a token of its own.
    Kubectl kubectl(String namespace, String account) throws Exception;

    /// The node that all pods of tests are on.
    String nodeName();

    /// What users apply, with an image of agent and monitor that the node has or can pull.
    String manifests() throws Exception;

    /// Lines of a pod's `spec` by which it comes to that node, and its port is reached from this
    /// machine, where it can be.
    String placement();

    /// The image of a container that does nothing. Lines of YAML, to be indented.
    String idle();

    /// The container of a Postgres: its image, as what it runs, and how it is told its port and
    /// the password `lab`. Lines of YAML, to be indented.
    String postgres(int port);

    /// Runs a command in a container and returns what it printed.
    default String exec(LabPod pod, List<String> command) throws TestbedException {
        var words = new ArrayList<>(List.of("exec", pod.name(), "--namespace=" + pod.namespace()));
        words.add("--");
        words.addAll(command);
        return kubectl().run(words.toArray(String[]::new));
    }

    /// What the node's kernel has in a file of the container's cgroup.
    String cgroupFile(LabPod pod, String file) throws Exception;

    /// What a pod answers to HTTP at `path`.
    default String page(LabPod pod, int port, String path)
            throws IOException, TestbedException, InterruptedException {
        try (var forward = PortForward.to(kubectl(), pod, port)) {
            return forward.get(path);
        }
    }

    /// What a container of a pod has logged.
    String log(LabPod pod, String container) throws Exception;

    /// What the node itself has to say of the last minutes; empty where nobody can ask it.
    String story() throws Exception;

    /// A new namespace, in which pods can be made. It goes with the cluster, or when it is deleted.
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

    /// Begins to delete a namespace, with all that is in it.
    default void delete(String namespace) throws TestbedException {
        kubectl().run("delete", "namespace", namespace, "--wait=false");
    }

    /// Begins to delete all that tests of this run have made.
    default void deleteAll() throws TestbedException {
        kubectl().run("delete", "namespaces", "--selector=" + LABEL + "=" + RUN, "--wait=false");
    }

    /// What the agents have told of in a namespace, as `kubectl` shows events.
    default String told(String namespace) throws TestbedException {
        return kubectl()
                .run(
                        "get",
                        "events",
                        "--namespace=" + namespace,
                        "--field-selector=reportingComponent=elastigres.dev/agent");
    }

    @Override
    void close() throws IOException, TestbedException, VmException;

    /// The file of somebody who may do everything, for programs under test that have no account
    /// yet.
    Path kubeconfig();
}
