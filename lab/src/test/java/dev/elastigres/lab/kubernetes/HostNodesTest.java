package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elastigres.cluster.Manifests;
import dev.elastigres.cluster.PodImages;
import dev.elastigres.cluster.TestCluster;
import dev.elastigres.lab.LabAwait;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests nodes on this machine: they work as nodes, and leave nothing behind.
@Tag("kubernetes")
@Tag(OnAnyNode.TAG)
@Timeout(420)
class HostNodesTest {
    private static final List<String> SYSCTLS =
            List.of(
                    "vm/overcommit_memory",
                    "vm/panic_on_oom",
                    "kernel/panic",
                    "kernel/panic_on_oops");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int LIMIT_MIB = 300;
    private static final String ACCOUNT =
            """
            serviceAccountName: elastigres
              automountServiceAccountToken: true
              nodeName:\
            """;
    private static final String LARGER =
            "{\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":"
                    + "{\"limits\":{\"memory\":\"400Mi\"}}}]}}";

    /// Runs a cluster with a node on this machine until it is killed.
    static final class ClusterProcess {
        private ClusterProcess() {}

        public static void main(String[] arguments) throws Exception {
            var binaries = KubernetesBinaries.find().orElseThrow();
            try (var cluster = TestCluster.start(binaries, HostNodesTest::print)) {
                cluster.joinHost("node-1");
                System.out.println(Traces.now().isEmpty() ? "traceless" : "ready");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    /// What a node changes on this machine.
    private record Traces(
            List<Path> cgroups, List<Path> folders, List<String> links, List<Path> processes) {
        static Traces now() throws IOException {
            return new Traces(
                    matching(CGROUPS, 2),
                    matching(Path.of("/var/tmp"), 1),
                    networkLinks(),
                    nodeProcesses());
        }

        boolean isEmpty() {
            return cgroups.isEmpty() && folders.isEmpty() && links.isEmpty() && processes.isEmpty();
        }

        private static List<Path> matching(Path root, int depth) throws IOException {
            try (var files =
                    Files.find(
                            root,
                            depth,
                            (path, _) ->
                                    path.getFileName().toString().startsWith("elastigres-node-"))) {
                return files.toList();
            }
        }

        private static List<String> networkLinks() throws IOException {
            try (var links = Files.list(Path.of("/sys/class/net"))) {
                return links.map(it -> it.getFileName().toString())
                        .filter(it -> it.startsWith("elg"))
                        .toList();
            }
        }

        private static List<Path> nodeProcesses() throws IOException {
            try (Stream<Path> all = Files.list(Path.of("/proc"))) {
                return all.filter(it -> commandLine(it).contains("/elastigres-node-")).toList();
            }
        }

        private static String commandLine(Path process) {
            try {
                return Files.readString(process.resolve("cmdline"));
            } catch (IOException _) {
                return "";
            }
        }
    }

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")), "nodes on this machine need root");
        LabAwait.until("no other cluster has nodes here", Traces::now, Traces::isEmpty);
    }

    @Test
    void podsOfTwoNodesReachEachOtherAndAreResized() throws Exception {
        List<String> before = sysctls();
        var binaries = KubernetesBinaries.find().orElseThrow();
        try (var cluster = TestCluster.start(binaries, HostNodesTest::print)) {
            cluster.joinHost("node-1");
            cluster.joinHost("node-2");
            Kubectl kubectl = cluster.plane().kubectl();
            kubectl.apply(pod("near", "node-1"));
            kubectl.apply(pod("far", "node-2"));
            kubectl.run("wait", "--for=condition=Ready", "pod", "--all", "--timeout=120s");

            String address = kubectl.run("get", "pod", "far", "-o", "jsonpath={.status.podIP}");
            LabAwait.until(
                    "Postgres of the other node answers",
                    () ->
                            sh(
                                    kubectl,
                                    "PGPASSWORD=lab psql -h %s -Atc 'select 42'"
                                            .formatted(address)),
                    "42"::equals);
            assertThat(sh(kubectl, "bash -c 'echo > /dev/tcp/10.96.0.1/443' && echo reached"))
                    .as("the API server's service")
                    .isEqualTo("reached");

            assertThat(memoryLimit(kubectl)).isEqualTo(LIMIT_MIB);
            kubectl.run("patch", "pod", "near", "--subresource=resize", "--patch=" + LARGER);
            LabAwait.until("the limit is in force", () -> memoryLimit(kubectl), it -> it == 400);
            cluster.check();
            assertThat(sysctls()).isEqualTo(before);
        }
        assertThat(Traces.now()).matches(Traces::isEmpty);
    }

    /// The kubelet binds the token of a pod to the pod, and the policy compares the nodes.
    @Test
    void aTokenOfOneNodesAgentResizesNoPodOfAnother() throws Exception {
        var binaries = KubernetesBinaries.find().orElseThrow();
        try (var cluster = TestCluster.start(binaries, HostNodesTest::print)) {
            Kubectl kubectl = cluster.plane().kubectl();
            kubectl.apply(Manifests.elastigres());
            // Its pods would start an image that these nodes do not have.
            kubectl.run("delete", "daemonset", "elastigres", "--namespace=elastigres");
            cluster.joinHost("node-1");
            cluster.joinHost("node-2");
            kubectl.apply(pod("near", "node-1"));
            kubectl.apply(pod("far", "node-2"));
            kubectl.apply(
                    pod("agent", "node-1")
                            .replace("name: agent}", "name: agent, namespace: elastigres}")
                            .replace("nodeName:", ACCOUNT));
            kubectl.run("wait", "--for=condition=Ready", "pod", "--all", "--timeout=120s");
            String ready = "--for=condition=Ready";
            kubectl.run("wait", ready, "pod/agent", "--namespace=elastigres", "--timeout=120s");
            String token =
                    kubectl.run(
                            "exec",
                            "agent",
                            "--namespace=elastigres",
                            "--",
                            "cat",
                            "/var/run/secrets/kubernetes.io/serviceaccount/token");

            try (KubernetesClient stolen = client(cluster.plane(), token)) {
                assertThatThrownBy(() -> resize(stolen, "far"))
                        .isInstanceOfSatisfying(
                                KubernetesClientException.class,
                                it -> assertThat(it.getCode()).isEqualTo(403))
                        .hasMessageContaining("ValidatingAdmissionPolicy 'elastigres-node'")
                        .hasMessageContaining("node-1 may not resize a pod of node node-2");
                resize(stolen, "near");
            }
            LabAwait.until("the limit is in force", () -> memoryLimit(kubectl), it -> it == 400);
        }
    }

    private static KubernetesClient client(ControlPlane plane, String token) {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(plane.server())
                        .withCaCertData(plane.authorityPem())
                        .withOauthToken(token.strip())
                        .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void resize(KubernetesClient client, String pod) {
        var _ =
                client.pods()
                        .inNamespace("default")
                        .withName(pod)
                        .subresource("resize")
                        .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), LARGER);
    }

    @Test
    void aKilledClusterLeavesNothingBehind() throws Exception {
        List<String> before = sysctls();
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClusterProcess.class.getName());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        LabAwait.until("nothing is left", Traces::now, Traces::isEmpty);
        assertThat(sysctls()).isEqualTo(before);
    }

    private static void print(String line) {
        System.err.println("lab: " + line);
    }

    private static String pod(String name, String node) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          nodeName: %s
          containers:
            - name: main
              image: "%s"
              imagePullPolicy: Never
              resources:
                requests: {cpu: 100m, memory: 200Mi}
                limits: {cpu: 500m, memory: %dMi}
        """
                .formatted(name, node, PodImages.POSTGRES, LIMIT_MIB);
    }

    private static String sh(Kubectl kubectl, String script) throws Exception {
        return kubectl.run("exec", "near", "--", "sh", "-c", script).strip();
    }

    /// Returns the memory limit of the container's cgroup in MiB.
    private static long memoryLimit(Kubectl kubectl) throws Exception {
        String text =
                sh(
                        kubectl,
                        "cd /sys/fs/cgroup; cat memory.max 2>/dev/null || cat"
                                + " memory/memory.limit_in_bytes");
        return Long.parseLong(text) >> 20;
    }

    private static List<String> sysctls() throws IOException {
        var values = new ArrayList<String>();
        for (String each : SYSCTLS)
            values.add(each + "=" + Files.readString(Path.of("/proc/sys", each)).strip());
        return values;
    }
}
