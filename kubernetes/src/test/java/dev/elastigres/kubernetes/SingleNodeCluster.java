package dev.elastigres.kubernetes;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.node.InformerCache;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.node.TargetSelection;
import dev.elastigres.kubernetes.targets.AllowedSize;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.kubernetes.targets.PodLimits;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.targets.TargetSource;
import dev.elastigres.kubernetes.targets.TestScaledPods;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/// A real API server with one node. The test acts as the kubelet: it writes the status of the pods,
/// and a folder that looks like the node's cgroup tree. The tested code has only the rights of the
/// agent.
public final class SingleNodeCluster implements AutoCloseable {
    public static final String NODE = "node-1";
    public static final String NAMESPACE = "db";
    public static final ComputeUnit UNIT = new ComputeUnit(0.25, Bytes.ofMebibytes(256));
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Path CRD = Path.of("..", "deploy", "kubernetes", "crd.yaml");
    private static final Path PLAN_CRD = Path.of("..", "deploy", "kubernetes", "nodeplan-crd.yaml");

    private static final String SCALED = "scaled";

    private static final String SETUP =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: db}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: agent, namespace: db}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: agent}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent}
            subjects: [{kind: ServiceAccount, name: agent, namespace: db}]
            """;

    public static final String RIGHTS =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: agent}
            rules:
            - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
            - {apiGroups: [""], resources: [pods/resize], verbs: [patch]}
            - {apiGroups: [""], resources: [pods/eviction], verbs: [create]}
            - {apiGroups: [""], resources: [nodes], verbs: [get]}
            - {apiGroups: [""], resources: [nodes], verbs: [list]}
            - {apiGroups: [""], resources: [persistentvolumeclaims, persistentvolumes], verbs: [get]}
            - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update, delete]}
            - {apiGroups: [""], resources: [secrets], verbs: [get]}
            - {apiGroups: [apps], resources: [statefulsets, replicasets], verbs: [get]}
            - {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list]}
            - {apiGroups: [autoscaling.k8s.io], resources: [verticalpodautoscalers], verbs: [list]}
            - {apiGroups: [elastigres.dev], resources: [nodeplans], verbs: [get, list, watch]}
            - {apiGroups: [elastigres.dev], resources: [nodeplans/status], verbs: [patch]}
            """;

    private final ControlPlane plane;
    private final KubernetesClient admin;
    private final Path cgroups;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC());

    private static final String RUNNING = "\"state\":{\"running\":{}}";

    /// States of containers that do not simply run, by the pod's uid.
    private final Map<String, String> states = new HashMap<>();

    /// Changes of the configuration of pods with the label, by the pod's name.
    private final Map<String, UnaryOperator<ScaledPod>> said = new HashMap<>();

    /// @param cgroups an empty folder
    public static SingleNodeCluster start(Path cgroups) throws Exception {
        ControlPlane plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        try {
            return new SingleNodeCluster(plane, cgroups);
        } catch (TestbedException | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private SingleNodeCluster(ControlPlane plane, Path cgroups) throws Exception {
        this.plane = plane;
        this.cgroups = cgroups;
        plane.kubectl().apply(SETUP);
        plane.kubectl().apply(RIGHTS);
        plane.kubectl().apply(Files.readString(CRD));
        plane.kubectl().apply(Files.readString(PLAN_CRD));
        admin = ApiClientFactory.open(Optional.of(plane.adminKubeconfig()));
        allocatable("4", "4Gi");
        plane.awaitDefinitions();
    }

    public ControlPlane plane() {
        return plane;
    }

    public KubernetesClient admin() {
        return admin;
    }

    public Path cgroups() {
        return cgroups;
    }

    public Log log() {
        return log;
    }

    public String logged() {
        return logged.toString(StandardCharsets.UTF_8);
    }

    /// Returns a client with the agent's rights.
    public KubernetesClient client() throws Exception {
        return ApiClientFactory.open(Optional.of(plane.kubeconfig(NAMESPACE, "agent")));
    }

    /// Returns a test rule that selects pods with the label `scaled`, with 1 to 16 units.
    public TargetSelection<GenericKubernetesResource> choosing(KubernetesClient client) {
        return new TargetSelection<>(
                (changeSignal, problems) ->
                        new InformerCache<>(
                                client.genericKubernetesResources(
                                                "elastigres.dev/v1alpha1", "NodePlan")
                                        .runnableInformer(0),
                                changeSignal,
                                problems,
                                "list and watch nodeplans"),
                (pods, _) -> choose(pods));
    }

    private synchronized PodSelection choose(Collection<Pod> pods) {
        var all = new HashMap<PodName, ScaledPod>();
        for (Pod pod : pods) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            if (labels == null || !labels.containsKey(SCALED)) continue;
            PodName name = PodName.of(pod);
            String uid = pod.getMetadata().getUid();
            ScaledPod chosen =
                    TestScaledPods.of(
                            name, uid, UNIT, 16, ScalingMode.AUTO, new TargetSource.Annotations());
            all.put(name, said.getOrDefault(name.name(), it -> it).apply(chosen));
        }
        return new PodSelection(all, Map.of(), 0);
    }

    /// Changes the configuration of a pod. It takes effect at the next change of any pod.
    public synchronized void say(String pod, UnaryOperator<ScaledPod> what) {
        said.put(pod, what);
    }

    public static ScaledPod with(ScaledPod it, ScalingMode mode, OnNodeFull onNodeFull) {
        return new ScaledPod(
                it.pod(),
                it.uid(),
                it.container(),
                it.unit(),
                it.limits(),
                mode,
                it.resources(),
                it.rules(),
                it.cache(),
                it.postgres(),
                onNodeFull,
                it.source());
    }

    /// @param units empty for the size in the template
    public static ScaledPod withMin(ScaledPod it, OptionalInt units) {
        return new ScaledPod(
                it.pod(),
                it.uid(),
                it.container(),
                it.unit(),
                new PodLimits(
                        units.isPresent()
                                ? AllowedSize.of(it.unit(), units.getAsInt())
                                : AllowedSize.NONE,
                        it.limits().max()),
                it.mode(),
                it.resources(),
                it.rules(),
                it.cache(),
                it.postgres(),
                it.onNodeFull(),
                it.source());
    }

    public static ScaledPod with(ScaledPod it, ControlledResources resources) {
        return new ScaledPod(
                it.pod(),
                it.uid(),
                it.container(),
                it.unit(),
                it.limits(),
                it.mode(),
                resources,
                it.rules(),
                it.cache(),
                it.postgres(),
                it.onNodeFull(),
                it.source());
    }

    public void allocatable(String cpus, String memory) throws Exception {
        allocatable(NODE, cpus, memory);
    }

    private void allocatable(String node, String cpus, String memory) throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "node",
                        node,
                        "--subresource=status",
                        "--type=merge",
                        "--patch={\"status\":{\"allocatable\":{\"cpu\":\"%s\",\"memory\":\"%s\"},\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"
                                .formatted(cpus, memory));
    }

    /// Creates another node, without pods.
    public void addNode(String name, String cpus, String memory) throws Exception {
        plane.kubectl().apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(name));
        // Admission taints the node, and the controller that would remove the taint does not run.
        plane.kubectl()
                .run("patch", "node", name, "--type=merge", "--patch={\"spec\":{\"taints\":null}}");
        allocatable(name, cpus, memory);
    }

    public void deleteNode(String name) throws Exception {
        plane.kubectl().run("delete", "node", name);
    }

    /// Creates a ResourceQuota for the memory limits in the namespace, with the status that the
    /// quota controller would write. The admission plugin reads the status.
    ///
    /// @param used empty if the use has not been counted yet
    public void quota(String hard, Optional<String> used) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        {apiVersion: v1, kind: ResourceQuota, metadata: {name: memory, namespace: db},
                         spec: {hard: {limits.memory: %s}}}
                        """
                                .formatted(hard));
        String counted = used.map(",\"used\":{\"limits.memory\":\"%s\"}"::formatted).orElse("");
        plane.kubectl()
                .run(
                        "patch",
                        "resourcequota",
                        "memory",
                        "-n",
                        NAMESPACE,
                        "--subresource=status",
                        "--type=merge",
                        "--patch={\"status\":{\"hard\":{\"limits.memory\":\"%s\"}%s}}"
                                .formatted(hard, counted));
    }

    // ---- pods

    /// Creates a running pod, whose container has these requests and limits, as JSON.
    public Pod pod(String name, String requests, String limits, String labels) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        {"apiVersion":"v1","kind":"Pod",
                         "metadata":{"name":"%s","namespace":"db","labels":%s},
                         "spec":{"nodeName":"node-1","terminationGracePeriodSeconds":0,
                          "containers":[{"name":"postgres","image":"none",
                           "resources":{"requests":%s,"limits":%s}}]}}
                        """
                                .formatted(name, labels, requests, limits));
        run(name, name.hashCode());
        return get(name);
    }

    /// Creates a scaled pod with equal requests and limits.
    public Pod guaranteed(String name, int units) throws Exception {
        String size = amounts(units);
        return pod(name, size, size, "{\"scaled\":\"yes\"}");
    }

    public static String amounts(int units) {
        Resources size = UNIT.times(units);
        return "{\"cpu\":\"%s\",\"memory\":\"%s\"}"
                .formatted(
                        ResourceAmounts.cpuText(size.vcpus()),
                        ResourceAmounts.memoryText(size.memory()));
    }

    /// Sets a StatefulSet of this name as the pod's owner. The StatefulSet need not exist.
    public void own(String pod, String owner) throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "pod",
                        pod,
                        "-n",
                        NAMESPACE,
                        "--type=merge",
                        "--patch={\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"name\":\"%1$s\",\"uid\":\"uid-of-%1$s\",\"controller\":true}]}}"
                                .formatted(owner));
    }

    public Pod get(String name) {
        return admin.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    public void delete(String name) throws Exception {
        plane.kubectl().run("delete", "pod", name, "-n", NAMESPACE, "--grace-period=0", "--force");
    }

    /// Starts the pod's container with the resources of its specification.
    private void run(String name, int start) throws Exception {
        Pod pod = get(name);
        String id = "%08x".formatted(start);
        Path folder = folder(pod, id);
        Files.createDirectories(folder);
        write(folder.resolve("cpu.max"), "max 100000\n");
        write(folder.resolve("memory.max"), "max\n");
        use(pod, id, Bytes.ofMebibytes(50));
        status(
                name,
                """
                {"phase":"Running","podIP":"10.9.8.7","containerStatuses":[%s]}
                """
                        .formatted(containerStatus(id, pod)));
        limit(pod, folder);
    }

    private String containerStatus(String id, Pod pod) {
        return """
        {"name":"postgres","containerID":"containerd://%s","image":"none","imageID":"none",
         "ready":true,"restartCount":0,"resources":%s,%s}
        """
                .formatted(
                        id,
                        resources(pod),
                        states.getOrDefault(pod.getMetadata().getUid(), RUNNING));
    }

    /// Writes the state after an OOM kill of the container, while the kubelet waits before the
    /// restart.
    public void oomKill(String name, Instant at) throws IOException {
        Pod pod = get(name);
        Path folder = folder(pod, id(pod));
        for (String file : List.of("cpu.max", "memory.max", "memory.stat", "memory.current"))
            Files.delete(folder.resolve(file));
        Files.delete(folder);
        states.put(
                pod.getMetadata().getUid(),
                """
                "state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":%s
                """
                        .formatted(killed(id(pod), at)));
        statusOnly(pod);
    }

    private static String killed(String id, Instant at) {
        return """
        {"terminated":{"reason":"OOMKilled","exitCode":137,"finishedAt":"%s",
         "containerID":"containerd://%s"}}
        """
                .formatted(at.truncatedTo(ChronoUnit.SECONDS), id);
    }

    /// Restarts the container after an OOM kill, with the resources of its specification.
    public void restartAfterOomKill(String name, Instant at) throws Exception {
        Pod pod = get(name);
        states.put(pod.getMetadata().getUid(), RUNNING + ",\"lastState\":" + killed(id(pod), at));
        run(name, (name + "again").hashCode());
    }

    private String resources(Pod pod) {
        return admin.getKubernetesSerialization()
                .asJson(pod.getSpec().getContainers().getFirst().getResources())
                .replace("\n", "");
    }

    private Path folder(Pod pod, String id) {
        String level = "Guaranteed".equals(pod.getStatus().getQosClass()) ? "" : "burstable/";
        return cgroups.resolve(
                "kubepods/%spod%s/%s".formatted(level, pod.getMetadata().getUid(), id));
    }

    private String id(Pod pod) {
        return pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getContainerID()
                .substring("containerd://".length());
    }

    /// Sets the memory that cannot be reclaimed.
    public void use(String name, Bytes memory) throws IOException {
        Pod pod = get(name);
        use(pod, id(pod), memory);
    }

    private void use(Pod pod, String id, Bytes memory) throws IOException {
        use(pod, id, memory, Bytes.ZERO);
    }

    /// Sets the memory that cannot be reclaimed, and the page cache.
    public void use(String name, Bytes memory, Bytes pageCache) throws IOException {
        Pod pod = get(name);
        use(pod, id(pod), memory, pageCache);
    }

    private void use(Pod pod, String id, Bytes memory, Bytes pageCache) throws IOException {
        Path folder = folder(pod, id);
        write(
                folder.resolve("memory.stat"),
                "inactive_file %d\nactive_file 0\n".formatted(pageCache.value()));
        write(folder.resolve("memory.current"), memory.plus(pageCache).value() + "\n");
    }

    /// Writes a file atomically: readers see either the old or the new content, as in the kernel's
    /// files.
    private static void write(Path file, String text) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), ".fresh", "");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Writes the limits of the specification to the cgroup. A container that is not running has no
    /// cgroup.
    private void limit(Pod pod, Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        var limits = pod.getSpec().getContainers().getFirst().getResources().getLimits();
        Optional<Double> cpus = ResourceAmounts.cpus(limits);
        if (cpus.isPresent())
            write(folder.resolve("cpu.max"), Math.round(cpus.get() * 100_000) + " 100000\n");
        Optional<Bytes> memory = ResourceAmounts.memory(limits);
        if (memory.isPresent()) write(folder.resolve("memory.max"), memory.get().value() + "\n");
    }

    public void status(String name, String status) {
        admin.pods()
                .inNamespace(NAMESPACE)
                .withName(name)
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"status\":" + status + "}");
    }

    /// Applies the specification in the kernel but not in the status.
    public void limitsOnly(String name) throws IOException {
        Pod pod = get(name);
        limit(pod, folder(pod, id(pod)));
    }

    /// Applies the specification in the kernel and in the status.
    public void done(String name) throws IOException {
        limitsOnly(name);
        statusOnly(name);
    }

    /// Applies the earlier specification that this pod has, in the kernel and in the status.
    public void done(Pod pod) throws IOException {
        limit(pod, folder(pod, id(pod)));
        statusOnly(pod);
    }

    public void statusOnly(String name) {
        statusOnly(get(name));
    }

    private void statusOnly(Pod pod) {
        status(
                pod.getMetadata().getName(),
                """
                {"conditions":[
                  {"type":"PodResizePending","status":"False"},
                  {"type":"PodResizeInProgress","status":"False"}],
                 "containerStatuses":[%s]}
                """
                        .formatted(containerStatus(id(pod), pod)));
    }

    /// Writes a condition about the current specification.
    public void condition(String name, String type, String reason, String message) {
        condition(name, type, reason, message, get(name).getMetadata().getGeneration());
    }

    public void condition(
            String name, String type, String reason, String message, long generation) {
        status(
                name,
                """
                {"conditions":[{"type":"%s","status":"True","reason":"%s","message":"%s",
                 "observedGeneration":%d}]}
                """
                        .formatted(type, reason, message, generation));
    }

    /// Replaces the container by a new one.
    public void restart(String name) throws Exception {
        run(name, (name + "again").hashCode());
    }

    /// Returns the specification as `requests CPU MEMORY limits CPU MEMORY`.
    public String spec(String name) {
        return spec(get(name));
    }

    public static String spec(Pod pod) {
        var resources = pod.getSpec().getContainers().getFirst().getResources();
        return "requests %s %s limits %s %s"
                .formatted(
                        resources.getRequests().get("cpu"),
                        resources.getRequests().get("memory"),
                        resources.getLimits().get("cpu"),
                        resources.getLimits().get("memory"));
    }

    /// Waits until the condition holds.
    public void await(String what, Callable<Boolean> condition) throws Exception {
        ControlPlaneFixture.await(what, TIMEOUT, condition, this::logged);
    }

    @Override
    public void close() throws TestbedException {
        admin.close();
        plane.close();
    }
}
