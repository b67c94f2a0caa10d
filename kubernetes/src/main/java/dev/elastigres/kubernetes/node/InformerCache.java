package dev.elastigres.kubernetes.node;

import dev.elastigres.daemon.log.CauseChain;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A cache of objects of the API server, kept current by a watch. A watch that ends is started
/// again without a limit; the cache keeps its contents in the meantime.
public final class InformerCache<T extends HasMetadata> implements ObjectCache<T> {
    private final SharedIndexInformer<T> informer;
    private final ChangeSignal changeSignal;
    private final ActiveProblems problems;
    private final String what;

    /// @param informer an informer that is not yet started
    /// @param changeSignal signalled on every change and failure
    /// @param what the operation that the informer performs, such as `list and watch pods`
    public InformerCache(
            SharedIndexInformer<T> informer,
            ChangeSignal changeSignal,
            ActiveProblems problems,
            String what) {
        this.informer = informer;
        this.changeSignal = changeSignal;
        this.problems = problems;
        this.what = what;
        informer.addEventHandler(new ChangeHandler());
        informer.exceptionHandler(
                (_, failure) -> {
                    failed(failure);
                    return true;
                });
    }

    @Override
    public void start() {
        informer.start().whenComplete((_, _) -> changeSignal.signal());
    }

    private void failed(Throwable failure) {
        problems.begin(what, why(failure));
        changeSignal.signal();
    }

    /// Returns the reason of the failure, as one clause.
    static String why(Throwable failure) {
        KubernetesClientException answer = answer(failure);
        if (answer == null) return CauseChain.chain(failure);
        return switch (ApiFailures.of(answer, ApiClient.reason(answer))) {
            case ApiException.MissingRight _ -> "its account lacks the right";
            case ApiException.NotAuthenticated _ -> ApiClient.NOT_AUTHENTICATED;
            case ApiException it -> String.valueOf(it.getMessage());
        };
    }

    /// Returns the innermost exception of the client, which has the API server's answer; null if
    /// there is none.
    private static @Nullable KubernetesClientException answer(Throwable failure) {
        KubernetesClientException found = null;
        for (Throwable each = failure; each != null; each = each.getCause())
            if (each instanceof KubernetesClientException it) found = it;
        return found;
    }

    @Override
    public boolean hasSynced() {
        return informer.hasSynced();
    }

    /// Ends the recorded problem after the watch is active again. The exception handler records its
    /// begin.
    @Override
    public void check() {
        if (informer.isWatching() && informer.hasSynced()) problems.end(what);
    }

    @Override
    public boolean isWell() {
        return !problems.isIn(what);
    }

    @Override
    public List<T> all() {
        return informer.getStore().list();
    }

    Optional<T> get(String namespace, String name) {
        return Optional.ofNullable(informer.getStore().getByKey(namespace + "/" + name));
    }

    @Override
    public void close() {
        informer.close();
    }

    private final class ChangeHandler implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T added) {
            changeSignal.signal();
        }

        @Override
        public void onUpdate(T before, T after) {
            changeSignal.signal();
        }

        @Override
        public void onDelete(T gone, boolean unseen) {
            changeSignal.signal();
        }
    }
}
