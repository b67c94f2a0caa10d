package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// The single requests to the API server. Each right that is missing, and each that is back, is
/// said once. For any thread; each call waits for its answer, for as long as the client does.
public final class ApiClient {
    static final String MANAGER = "elastigres";
    static final String RESIZE_SUBRESOURCE = "resize";

    static final String NOT_AUTHENTICATED = "the API server does not know who it is";

    private static final String RESIZE = "patch pods/resize";
    private static final String GET_POD = "get pods";
    private static final String LIST_PODS = "list pods";
    private static final String GET_NODE = "get nodes";

    private final KubernetesClient client;
    private final ActiveProblems problems;

    public ApiClient(KubernetesClient client, ActiveProblems problems) {
        this.client = client;
        this.problems = problems;
    }

    /// Empty when there is no such pod.
    public Optional<Pod> pod(PodName name) throws ApiException, InterruptedException {
        return call(
                GET_POD,
                () ->
                        Optional.ofNullable(
                                client.pods()
                                        .inNamespace(name.namespace())
                                        .withName(name.name())
                                        .get()));
    }

    /// @param patch a strategic merge patch
    /// @return the pod after it
    public Pod resize(PodName name, String patch) throws ApiException, InterruptedException {
        var context =
                new PatchContext.Builder()
                        .withPatchType(PatchType.STRATEGIC_MERGE)
                        .withFieldManager(MANAGER)
                        .build();
        return call(
                RESIZE,
                () ->
                        client.pods()
                                .inNamespace(name.namespace())
                                .withName(name.name())
                                .subresource(RESIZE_SUBRESOURCE)
                                .patch(context, patch));
    }

    /// As [#resize], but nothing is changed: throws what that would.
    public void tryResize(PodName name, String patch) throws ApiException, InterruptedException {
        var context =
                new PatchContext.Builder()
                        .withPatchType(PatchType.STRATEGIC_MERGE)
                        .withFieldManager(MANAGER)
                        .withDryRun(List.of("All"))
                        .build();
        var _ =
                call(
                        RESIZE,
                        () ->
                                client.pods()
                                        .inNamespace(name.namespace())
                                        .withName(name.name())
                                        .subresource(RESIZE_SUBRESOURCE)
                                        .patch(context, patch));
    }

    /// What the node gives to pods.
    public Resources allocatable(String node) throws ApiException, InterruptedException {
        Node found = call(GET_NODE, () -> client.nodes().withName(node).get());
        if (found == null || found.getStatus() == null)
            throw new ApiException.NotFound("there is no node called " + node);
        return ResourceAmounts.of(found.getStatus().getAllocatable());
    }

    /// What the pods of a StatefulSet or ReplicaSet are made of; empty when there is no such owner.
    ///
    /// @param kind one of these two
    public Optional<PodSpec> podTemplate(String namespace, String kind, String name)
            throws ApiException, InterruptedException {
        return kind.equals("StatefulSet")
                ? call(
                        "get statefulsets",
                        () ->
                                Optional.ofNullable(
                                                client.apps()
                                                        .statefulSets()
                                                        .inNamespace(namespace)
                                                        .withName(name)
                                                        .get())
                                        .map(it -> it.getSpec().getTemplate().getSpec()))
                : call(
                        "get replicasets",
                        () ->
                                Optional.ofNullable(
                                                client.apps()
                                                        .replicaSets()
                                                        .inNamespace(namespace)
                                                        .withName(name)
                                                        .get())
                                        .map(it -> it.getSpec().getTemplate().getSpec()));
    }

    /// All pods of a namespace with this label.
    public List<Pod> pods(String namespace, String label, String value)
            throws ApiException, InterruptedException {
        return call(
                LIST_PODS,
                () ->
                        client.pods()
                                .inNamespace(namespace)
                                .withLabel(label, value)
                                .list()
                                .getItems());
    }

    /// Empty when there is no such Secret. The right to read it is given by the namespace's owner,
    /// so a missing one is the trouble of the pods that need the Secret.
    public Optional<Secret> secret(String namespace, String name)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        Optional.ofNullable(
                                client.secrets().inNamespace(namespace).withName(name).get()));
    }

    /// Evicts a pod. Returns what its disruption budget says against it, and empty when it is
    /// evicted.
    ///
    /// @param uid of the pod that is meant
    public Optional<String> evict(PodName name, String uid)
            throws ApiException, InterruptedException {
        var eviction =
                new EvictionBuilder()
                        .withNewMetadata()
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .endMetadata()
                        .withDeleteOptions(
                                new DeleteOptionsBuilder()
                                        .withNewPreconditions()
                                        .withUid(uid)
                                        .endPreconditions()
                                        .build())
                        .build();
        String path =
                "/api/v1/namespaces/%s/pods/%s/eviction".formatted(name.namespace(), name.name());
        return callForOne(
                () -> {
                    try {
                        // The client's own method has one answer for every 429.
                        var _ = client.raw(path, "POST", eviction);
                        return Optional.<String>empty();
                    } catch (KubernetesClientException e) {
                        Optional<String> budget = ApiFailures.disruptionBudget(e);
                        if (budget.isPresent()) return budget;
                        throw e;
                    }
                });
    }

    // ---- what is needed for evictions

    /// All nodes of the cluster.
    public List<Node> nodes() throws ApiException, InterruptedException {
        return callForOne(() -> client.nodes().list().getItems());
    }

    /// All pods of a node.
    public List<Pod> podsOfNode(String node) throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        client.pods()
                                .inAnyNamespace()
                                .withField("spec.nodeName", node)
                                .list()
                                .getItems());
    }

    /// What a claim is bound to; empty when it is not bound, or not there.
    public Optional<PersistentVolume> volume(String namespace, String claim)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        Optional.ofNullable(
                                        client.persistentVolumeClaims()
                                                .inNamespace(namespace)
                                                .withName(claim)
                                                .get())
                                .map(it -> it.getSpec().getVolumeName())
                                .map(it -> client.persistentVolumes().withName(it).get()));
    }

    /// Empty when there is no such Lease.
    public Optional<Lease> lease(String namespace, String name)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        Optional.ofNullable(
                                client.leases().inNamespace(namespace).withName(name).get()));
    }

    /// @throws ApiException.Outdated when there is one of that name
    public Lease create(Lease lease) throws ApiException, InterruptedException {
        return callForOne(() -> client.resource(lease).create());
    }

    /// @param lease with the version of the one that it replaces
    /// @throws ApiException.Outdated when it is of another version by now
    public Lease replace(Lease lease) throws ApiException, InterruptedException {
        return callForOne(() -> client.resource(lease).update());
    }

    /// @param lease with the version of the one that goes
    /// @throws ApiException.Outdated when it is of another version by now
    public void delete(Lease lease) throws ApiException, InterruptedException {
        var _ =
                callForOne(
                        () ->
                                client.resource(lease)
                                        .lockResourceVersion(
                                                lease.getMetadata().getResourceVersion())
                                        .delete());
    }

    // ---- how all are sent

    /// For rights that an installation may leave out: it is the one pod's trouble.
    private <T> T callForOne(Callable<T> request) throws ApiException, InterruptedException {
        try {
            return request.call();
        } catch (KubernetesClientException e) {
            if (Thread.interrupted() || isInterruption(e)) throw new InterruptedException();
            throw ApiFailures.of(e, reason(e));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // the client throws none
        }
    }

    private <T> T call(String what, Callable<T> request) throws ApiException, InterruptedException {
        try {
            T answer = callForOne(request);
            problems.end(what);
            return answer;
        } catch (ApiException e) {
            note(what, e);
            throw e;
        }
    }

    /// What fails for every pod is the agent's trouble; what the server has said of one object is
    /// not, and shows that the agent was let through to it.
    private void note(String what, ApiException failure) {
        switch (failure) {
            case ApiException.MissingRight _ -> problems.begin(what, "it has not the right to");
            case ApiException.NotAuthenticated _ -> problems.begin(what, NOT_AUTHENTICATED);
            case ApiException.Unsupported _ ->
                    problems.begin(
                            what, "the API server does not support it: " + failure.getMessage());
            case ApiException.NotFound _, ApiException.Conflict _, ApiException.Rejected _ ->
                    problems.end(what);
            case ApiException.Unavailable _, ApiException.Throttled _ -> {}
        }
    }

    private static boolean isInterruption(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause())
            if (each instanceof InterruptedException) return true;
        return false;
    }

    /// What the server said, or what became of the connection.
    static String reason(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null)
            return e.getStatus().getMessage();
        return CauseChain.chain(e.getCause() == null ? e : e.getCause());
    }
}
