package dev.elastigres.distribution.training;

import dev.elastigres.distribution.training.ApiServerEndpoint.ApiRequest;
import dev.elastigres.distribution.training.ApiServerEndpoint.ApiResponse;
import dev.elastigres.distribution.training.ApiServerEndpoint.ApiWatch;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchListException;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.testbed.CertificateAuthority;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One node with two pods, of which one gets resized: what the agent of a node meets in its first
/// minute. There is no Kubernetes in it: an answerer on loopback and a folder like a tree of
/// cgroups. It plays the kubelet, too: what the agent asks for is done at once.
public final class FakeApiServer implements AutoCloseable, ApiServerEndpoint.ApiBackend {
    private static final String PODS = "/api/v1/pods";
    private static final String PLANS = "/apis/elastigres.dev/v1alpha1/nodeplans";
    private static final String PLAN = PLANS + "/" + TrainingObjects.NODE;
    private static final String POD = "/api/v1/namespaces/db/pods/";
    private static final String RESIZE = "/resize";
    private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/db/events";
    private static final int NOT_FOUND = 404;

    private static final String VERSION = "{\"major\":\"1\",\"minor\":\"35\"}";

    /// What an agent does that has come to its work.
    private enum TrainingStep {
        FOLLOWS_PODS,
        FOLLOWS_PLAN,
        RESIZES,
        TELLS,
        WRITES_STATUS
    }

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final Path folder;
    private final ApiServerEndpoint server;
    private final List<Pod> pods;
    private final TrainingCgroups cgroups;
    private final NodePlan plan;
    private final Node node;
    private final List<ApiWatch> podWatches = new ArrayList<>();
    private final List<ApiWatch> planWatches = new ArrayList<>();
    private final Set<TrainingStep> missing = EnumSet.allOf(TrainingStep.class);
    private long version = 1;

    private FakeApiServer(Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        var objects = new TrainingObjects(json);
        plan = objects.plan();
        node = objects.node();
        pods = objects.pods();
        cgroups = new TrainingCgroups(folder.resolve("cgroups"));
        for (Pod each : pods) cgroups.create(each);
        CertificateAuthority authority = CertificateAuthority.create("training");
        Files.writeString(authorityFile(), authority.certificatePem());
        Files.writeString(tokenFile(), "training");
        // It shows who it is, and asks nobody for as much.
        server =
                ApiServerEndpoint.start(authority.clientContext(authority.issue("training")), this);
    }

    /// Answers from now on.
    ///
    /// @param folder an empty one
    public static FakeApiServer start(Path folder) throws IOException {
        try {
            return new FakeApiServer(folder);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make a certificate", e);
        }
    }

    // ---- what the daemons are told

    /// By which a process takes itself for one in a pod of this cluster.
    public Map<String, String> environment() {
        return Map.of(
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(server.port()),
                "KUBERNETES_CERTS_CA_FILE",
                authorityFile().toString(),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN",
                tokenFile().toString(),
                "KUBECONFIG",
                folder.resolve("none").toString(),
                "NO_PROXY",
                "127.0.0.1");
    }

    /// Of the agent, but for its address.
    ///
    /// @param monitor the port of the node's
    public List<String> agentFlags(int monitor) {
        return List.of(
                "--driver=pods",
                "--node=" + TrainingObjects.NODE,
                "--pods.watch-list=" + watchList(),
                "--pods.monitor=127.0.0.1:" + monitor,
                "--path.cgroup=" + cgroups.root(),
                "--log-format=json");
    }

    /// Of the node's monitor, but for its address.
    public List<String> monitorFlags() {
        return List.of(
                "--pods",
                "--pods-watch-list=" + watchList(),
                "--path.cgroup=" + cgroups.root(),
                "--log-format=json");
    }

    /// Waits until the agent has done all that it finds to do here; false when it has not by then.
    public synchronized boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!missing.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) return false;
            wait(left);
        }
        return true;
    }

    /// What an agent would tell the monitor, where there is none.
    public void writeWatchList() throws IOException {
        var all =
                pods.stream()
                        .map(
                                it ->
                                        new WatchedContainer(
                                                it.getMetadata().getUid(),
                                                it.getMetadata().getNamespace(),
                                                it.getMetadata().getName(),
                                                "postgres",
                                                TrainingCgroups.containerId(it),
                                                WatchedContainer.CacheMode.NONE,
                                                Optional.empty()))
                        .toList();
        try {
            Files.writeString(watchList(), WatchListCodec.encode(new WatchList(all)));
            Files.setPosixFilePermissions(
                    watchList(), PosixFilePermissions.fromString("rw-------"));
        } catch (WatchListException e) {
            throw new IOException("cannot write a watch list", e);
        }
    }

    private Path authorityFile() {
        return folder.resolve("ca.crt");
    }

    private Path tokenFile() {
        return folder.resolve("token");
    }

    private Path watchList() {
        return folder.resolve("pods.json");
    }

    // ---- what is asked for

    @Override
    public synchronized ApiResponse answer(ApiRequest ask) {
        String path = ask.path();
        return switch (ask.method()) {
            case "GET" -> get(path);
            case "POST" ->
                    path.equals(EVENTS) ? done(TrainingStep.TELLS, 201, ask.body()) : missing(path);
            case "PATCH" -> patch(path, ask.body());
            default -> missing(path);
        };
    }

    private ApiResponse get(String path) {
        if (path.equals("/version")) return new ApiResponse(200, VERSION);
        if (path.equals("/api/v1/nodes/" + TrainingObjects.NODE)) return found(node);
        if (path.equals(PODS)) return list("v1", "PodList", pods);
        if (path.equals(PLANS))
            return list("elastigres.dev/v1alpha1", "NodePlanList", List.of(plan));
        if (path.equals(PLAN)) return found(plan);
        for (Pod pod : pods) if (path.equals(path(pod))) return found(pod);
        return missing(path);
    }

    private ApiResponse patch(String path, String body) {
        for (Pod pod : pods) if (path.equals(path(pod) + RESIZE)) return resize(pod, body);
        if (!path.equals(PLAN + "/status")) return missing(path);
        plan.setStatus(json.unmarshal(body, NodePlan.class).getStatus());
        renew(plan);
        planWatches.forEach(it -> it.tell("MODIFIED", text(plan)));
        return done(TrainingStep.WRITES_STATUS, 200, text(plan));
    }

    /// The pod asks for another size; soon after, the kernel and the pod's status have it.
    private ApiResponse resize(Pod pod, String body) {
        var wanted =
                json.unmarshal(body, Pod.class).getSpec().getContainers().getFirst().getResources();
        pod.getSpec().getContainers().getFirst().setResources(wanted);
        pod.getMetadata().setGeneration(pod.getMetadata().getGeneration() + 1);
        renew(pod);
        ApiResponse answer = done(TrainingStep.RESIZES, 200, text(pod));
        podWatches.forEach(it -> it.tell("MODIFIED", answer.json()));
        try {
            cgroups.setLimits(pod);
        } catch (IOException _) {
            return missing(path(pod));
        }
        pod.getStatus().getContainerStatuses().getFirst().setResources(wanted);
        renew(pod);
        podWatches.forEach(it -> it.tell("MODIFIED", text(pod)));
        return answer;
    }

    private static String path(Pod pod) {
        return POD + pod.getMetadata().getName();
    }

    private void renew(HasMetadata it) {
        it.getMetadata().setResourceVersion(Long.toString(++version));
    }

    private ApiResponse list(String api, String kind, List<? extends HasMetadata> items) {
        return new ApiResponse(
                200,
                """
                {"apiVersion":"%s","kind":"%s","metadata":{"resourceVersion":"%d"},"items":[%s]}
                """
                        .formatted(
                                api,
                                kind,
                                version,
                                String.join(",", items.stream().map(this::text).toList())));
    }

    private ApiResponse found(Object it) {
        return new ApiResponse(200, text(it));
    }

    private static ApiResponse missing(String path) {
        return new ApiResponse(
                NOT_FOUND,
                """
                {"apiVersion":"v1","kind":"Status","status":"Failure","reason":"NotFound",
                 "message":"there is no %s","code":404}
                """
                        .formatted(path));
    }

    private ApiResponse done(TrainingStep step, int status, String body) {
        missing.remove(step);
        notifyAll();
        return new ApiResponse(status, body);
    }

    private String text(Object it) {
        return json.asJson(it);
    }

    @Override
    public synchronized void follow(String path, ApiWatch watch) {
        switch (path) {
            case PODS -> {
                podWatches.add(watch);
                missing.remove(TrainingStep.FOLLOWS_PODS);
                bookmark(watch, "v1", "Pod");
            }
            case PLANS -> {
                planWatches.add(watch);
                missing.remove(TrainingStep.FOLLOWS_PLAN);
                bookmark(watch, "elastigres.dev/v1alpha1", "NodePlan");
            }
            default -> {}
        }
        notifyAll();
    }

    private void bookmark(ApiWatch watch, String api, String kind) {
        watch.tell(
                "BOOKMARK",
                """
                {"apiVersion":"%s","kind":"%s","metadata":{"resourceVersion":"%d"}}
                """
                        .formatted(api, kind, version));
    }

    @Override
    public void close() {
        server.close();
    }
}
