package dev.elastigres.testbed.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.testbed.TestbedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
class ControlPlaneTest {
    private static final String READER =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: reader, namespace: default}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader, namespace: default}
            rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: default}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
            """;

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: pod, namespace: default}
            spec: {containers: [{name: main, image: none}]}
            """;

    @Test
    void accountsHaveTheRightsOfTheirRoles() throws Exception {
        try (var plane = ControlPlane.start(binaries())) {
            assertThat(plane.kubectl().run("version"))
                    .contains("Server Version: v" + KubernetesBinaries.version());
            plane.kubectl().apply(READER);
            plane.kubectl().apply(POD);

            Kubectl reader = plane.kubectl(plane.kubeconfig("default", "reader"));
            assertThat(reader.run("get", "pods", "--output=name")).isEqualTo("pod/pod\n");
            assertThat(reader.run("auth", "whoami"))
                    .contains("system:serviceaccount:default:reader");
            assertThatThrownBy(() -> reader.run("delete", "pod", "pod"))
                    .isInstanceOf(TestbedException.class)
                    .hasMessageContaining("cannot delete resource \"pods\"");

            plane.kubectl().run("delete", "rolebinding", "reader");
            assertThat(reader.tryRun("", "get", "pods").errors()).contains("Forbidden");
        }
    }

    @Test
    void restartedApiServerKeepsItsData() throws Exception {
        try (var plane = ControlPlane.start(binaries())) {
            plane.kubectl().run("create", "configmap", "kept");
            long before = plane.pid(ClusterProgram.API_SERVER);
            plane.killApiServer();
            assertThat(plane.kubectl().tryRun("", "get", "configmap", "kept").isDone()).isFalse();

            plane.startApiServer();
            assertThat(plane.pid(ClusterProgram.API_SERVER)).isNotEqualTo(before);
            assertThat(plane.kubectl().run("get", "configmap", "kept", "--output=name"))
                    .isEqualTo("configmap/kept\n");
        }
    }

    @Test
    void answersNothingWhileFrozen() throws Exception {
        try (var plane = ControlPlane.start(binaries())) {
            plane.freezeApiServer();
            var result = plane.kubectl().tryRun("", "get", "pods", "--request-timeout=1s");
            assertThat(result.isDone()).isFalse();
            plane.thawApiServer();
            plane.kubectl().run("get", "pods");
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        Path home;
        long etcd;
        long apiServer;
        try (var plane = ControlPlane.start(binaries())) {
            home = plane.adminKubeconfig().getParent();
            etcd = plane.pid(ClusterProgram.ETCD);
            apiServer = plane.pid(ClusterProgram.API_SERVER);
            assertThat(Files.getPosixFilePermissions(plane.adminKubeconfig())).hasSize(2);
        }
        assertThat(ProcessHandle.of(etcd)).isEmpty();
        assertThat(ProcessHandle.of(apiServer)).isEmpty();
        assertThat(home).doesNotExist();
    }

    @Test
    void aNodeMayRegisterItselfAndNoOther() throws Exception {
        try (var plane = ControlPlane.start(binaries())) {
            Path file =
                    Files.writeString(
                            plane.adminKubeconfig().resolveSibling("node.kubeconfig"),
                            plane.nodeKubeconfig("one", ApiServerAccess.HOST));
            Kubectl kubelet = plane.kubectl(file);
            kubelet.tryRun(node("one"), "create", "-f", "-");
            assertThat(plane.kubectl().run("get", "nodes", "--output=name"))
                    .isEqualTo("node/one\n");
            assertThat(kubelet.tryRun(node("two"), "create", "-f", "-").errors())
                    .contains("node \"one\" is not allowed to modify node \"two\"");
        }
    }

    @Test
    void wholeControlPlaneSchedulesAndControls() throws Exception {
        try (var plane = ControlPlane.startWhole(binaries())) {
            plane.kubectl().apply(node("one"));
            plane.kubectl().run("create", "deployment", "web", "--image=none");
            plane.kubectl()
                    .run("wait", "--for=create", "pod", "--selector=app=web", "--timeout=60s");
            plane.kubectl()
                    .run(
                            "wait",
                            "--for=condition=PodScheduled",
                            "pod",
                            "--selector=app=web",
                            "--timeout=60s");
        }
    }

    @Test
    void wholeControlPlaneReachesNodeThroughProxy() throws Exception {
        try (var plane = ControlPlane.startWhole(binaries());
                var kubelet = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            plane.kubectl().apply(node("one"));
            plane.kubectl().apply(POD.replace("spec: {", "spec: {nodeName: one, "));
            assertThat(plane.kubectl().tryRun("", "logs", "pod").errors())
                    .contains("403 Unknown Address");

            plane.nodes().reach("one", (InetSocketAddress) kubelet.getLocalSocketAddress());
            var first =
                    threads.submit(
                            () -> {
                                try (var caller = kubelet.accept()) {
                                    return caller.getInputStream().read();
                                }
                            });
            plane.kubectl().tryRun("", "logs", "pod");
            assertThat(first.get()).as("how TLS begins").isEqualTo(0x16);
        }
    }

    @Test
    void simulatedPodIsResized() throws Exception {
        try (var plane = ControlPlane.start(binaries())) {
            KwokNodes nodes = KwokNodes.start(plane);
            nodes.nodes(10, "8", "32Gi", 110);
            nodes.pods("default", 100, 10, "250m", "1Gi");
            Kubectl kubectl = plane.kubectl();
            kubectl.run("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=60s");
            kubectl.run("wait", "--for=condition=Ready", "pods", "--all", "--timeout=60s");

            String size = "{\"cpu\":\"500m\",\"memory\":\"2Gi\"}";
            kubectl.run(
                    "patch",
                    "pod",
                    KwokNodes.pod(17),
                    "--subresource=resize",
                    "--patch",
                    "{\"spec\":{\"containers\":[{\"name\":\"postgres\",\"resources\":{\"requests\":%1$s,\"limits\":%1$s}}]}}"
                            .formatted(size));
            kubectl.run(
                    "wait",
                    "--for=jsonpath={.status.containerStatuses[0].resources.limits.memory}=2Gi",
                    "pod/" + KwokNodes.pod(17),
                    "--timeout=30s");
            assertThat(
                            kubectl.run(
                                    "get",
                                    "pod",
                                    KwokNodes.pod(17),
                                    "--output=jsonpath={.spec.nodeName} {.status.containerStatuses[0].allocatedResources.cpu}"))
                    .isEqualTo("played-7 500m");
        }
    }

    private static String node(String name) {
        return """
        apiVersion: v1
        kind: Node
        metadata: {name: %s}
        status:
          addresses: [{type: Hostname, address: %s}]
          capacity: {cpu: 4, memory: 8Gi, pods: 100}
          allocatable: {cpu: 4, memory: 8Gi, pods: 100}
        """
                .formatted(name, name);
    }

    private static KubernetesBinaries binaries() {
        return KubernetesBinaries.find().orElseThrow();
    }
}
