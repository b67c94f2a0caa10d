package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Sends single requests to the API server. A missing right is logged once, and so is its return.
/// Thread-safe. Each call blocks until the answer arrives or the client's timeout ends.
public final class ApiClient {
    static final String MANAGER = "elastigres";
    static final String RESIZE_SUBRESOURCE = "resize";

    static final String NOT_AUTHENTICATED = "the API server rejects its credentials";

    private static final String RESIZE = "patch pods/resize";
    private static final String GET_POD = "get pods";
    private static final String LIST_PODS = "list pods";
    private static final String GET_NODE = "get nodes";
    private static final long MAX_OBJECTS = 500;

    private final KubernetesClient client;
    private final ActiveProblems problems;

    public ApiClient(KubernetesClient client, ActiveProblems problems) {
        this.client = client;
        this.problems = problems;
    }

    /// Returns the pod; empty if it does not exist.
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

    /// Resizes the pod through its `resize` subresource.
    ///
    /// @param patch a strategic merge patch
    /// @return the pod after the patch
    public Pod resize(PodName name, String patch) throws ApiException, InterruptedException {
        var context =
                new PatchContext.Builder()
                        .withPatchType(PatchType.STRATEGIC_MERGE)
                        .withFieldManager(MANAGER)
                        .build();
        return call(
                RESIZE,
                () ->
                        client.resource(reference(name))
                                .subresource(RESIZE_SUBRESOURCE)
                                .patch(context, patch));
    }

    /// Runs [#resize] as a dry run, which changes nothing and throws the same exceptions.
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
                                client.resource(reference(name))
                                        .subresource(RESIZE_SUBRESOURCE)
                                        .patch(context, patch));
    }

    /// Returns an object with the pod's name only. By a name in the request, the client would get
    /// the pod before each patch.
    private static Pod reference(PodName name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(name.namespace())
                .withName(name.name())
                .endMetadata()
                .build();
    }

    /// Returns the allocatable CPUs and memory of the node.
    public Resources allocatable(String node) throws ApiException, InterruptedException {
        Node found = call(GET_NODE, () -> client.nodes().withName(node).get());
        if (found == null || found.getStatus() == null)
            throw new ApiException.NotFound("there is no node called " + node);
        return ResourceAmounts.of(found.getStatus().getAllocatable());
    }

    /// Returns the pod template of a StatefulSet or ReplicaSet; empty if the owner does not exist.
    ///
    /// @param kind `StatefulSet` or `ReplicaSet`
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

    /// Returns all pods of the namespace that have the label with this value.
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

    /// Returns the Secret; empty if it does not exist. The owner of the namespace grants the right
    /// to read it. A missing right is therefore a problem of the pods that need the Secret, not of
    /// the agent.
    public Optional<Secret> secret(String namespace, String name)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        Optional.ofNullable(
                                client.secrets().inNamespace(namespace).withName(name).get()));
    }

    /// Evicts a pod. Returns the message of the disruption budget that prevents the eviction; empty
    /// if the pod is evicted.
    ///
    /// @param uid uid of the pod; a pod of the same name with another uid is not evicted
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
                        // The client's own method does not distinguish the causes of a 429.
                        var _ = client.raw(path, "POST", eviction);
                        return Optional.<String>empty();
                    } catch (KubernetesClientException e) {
                        Optional<String> budget = ApiFailures.disruptionBudget(e);
                        if (budget.isPresent()) return budget;
                        throw e;
                    }
                });
    }

    /// Returns the objects of a namespace, 500 at most.
    ///
    /// @throws ApiException.Unsupported if the API server does not have the resource
    public List<GenericKubernetesResource> list(
            ResourceDefinitionContext resource, String namespace)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        client.genericKubernetesResources(resource)
                                .inNamespace(namespace)
                                .list(new ListOptionsBuilder().withLimit(MAX_OBJECTS).build())
                                .getItems());
    }

    // ---- requests for evictions

    /// Returns all nodes of the cluster.
    public List<Node> nodes() throws ApiException, InterruptedException {
        return callForOne(() -> client.nodes().list().getItems());
    }

    /// Returns all pods of the node.
    public List<Pod> podsOfNode(String node) throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        client.pods()
                                .inAnyNamespace()
                                .withField("spec.nodeName", node)
                                .list()
                                .getItems());
    }

    /// Returns the volume that the claim is bound to; empty if the claim is not bound or does not
    /// exist.
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

    /// Returns the Lease; empty if it does not exist.
    public Optional<Lease> lease(String namespace, String name)
            throws ApiException, InterruptedException {
        return callForOne(
                () ->
                        Optional.ofNullable(
                                client.leases().inNamespace(namespace).withName(name).get()));
    }

    /// @throws ApiException.Conflict if a Lease of that name exists
    public Lease create(Lease lease) throws ApiException, InterruptedException {
        return callForOne(() -> client.resource(lease).create());
    }

    /// @param lease the new Lease, with the resource version of the one that it replaces
    /// @throws ApiException.Conflict if the Lease has another version by now
    public Lease replace(Lease lease) throws ApiException, InterruptedException {
        return callForOne(() -> client.resource(lease).update());
    }

    /// @param lease the Lease to delete, with its resource version
    /// @throws ApiException.Conflict if the Lease has another version by now
    public void delete(Lease lease) throws ApiException, InterruptedException {
        var _ =
                callForOne(
                        () ->
                                client.resource(lease)
                                        .lockResourceVersion(
                                                lease.getMetadata().getResourceVersion())
                                        .delete());
    }

    // ---- sending requests

    /// Sends a request whose failure concerns one pod only, such as one that needs a right which an
    /// installation may omit.
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

    /// Records the failures that concern every pod as problems of the agent. An answer about one
    /// object is no such failure: it shows that the agent had access to the object.
    private void note(String what, ApiException failure) {
        switch (failure) {
            case ApiException.MissingRight _ -> problems.begin(what, "its account lacks the right");
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

    /// Returns the message of the API server, or the cause of the failed connection.
    static String reason(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null)
            return e.getStatus().getMessage();
        return CauseChain.chain(e.getCause() == null ? e : e.getCause());
    }
}
