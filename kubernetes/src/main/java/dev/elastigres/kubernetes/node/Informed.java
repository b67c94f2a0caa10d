package dev.elastigres.kubernetes.node;

import dev.elastigres.daemon.log.Causes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A copy of some objects of the API server's, kept up to date by a watch. A watch that ends begins
/// anew, for ever; meanwhile the copy stays as it is.
public final class Informed<T extends HasMetadata> implements Known<T> {
    private final SharedIndexInformer<T> informer;
    private final Bell bell;
    private final Troubles troubles;
    private final String what;

    /// @param informer not yet started
    /// @param bell rings at every change
    /// @param what is done with it, as `list and watch pods`
    public Informed(SharedIndexInformer<T> informer, Bell bell, Troubles troubles, String what) {
        this.informer = informer;
        this.bell = bell;
        this.troubles = troubles;
        this.what = what;
        informer.addEventHandler(new Ringer());
        informer.exceptionHandler(
                (_, failure) -> {
                    failed(failure);
                    return true;
                });
    }

    @Override
    public void start() {
        informer.start().whenComplete((_, _) -> bell.ring());
    }

    private void failed(Throwable failure) {
        troubles.begin(what, why(failure));
        bell.ring();
    }

    /// One clause.
    static String why(Throwable failure) {
        KubernetesClientException answer = answer(failure);
        if (answer == null) return Causes.chain(failure);
        return switch (ApiFailures.of(answer, Api.reason(answer))) {
            case ApiException.MissingRight _ -> "it has not the right to";
            case ApiException.NotAuthenticated _ -> Api.NOT_AUTHENTICATED;
            case ApiException it -> String.valueOf(it.getMessage());
        };
    }

    /// What the API server said is inside of what its client made of it.
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

    /// Ends the trouble once the watch is there again; it is told when it begins.
    @Override
    public void check() {
        if (informer.isWatching() && informer.hasSynced()) troubles.end(what);
    }

    @Override
    public boolean isWell() {
        return !troubles.isIn(what);
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

    private final class Ringer implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T added) {
            bell.ring();
        }

        @Override
        public void onUpdate(T before, T after) {
            bell.ring();
        }

        @Override
        public void onDelete(T gone, boolean unseen) {
            bell.ring();
        }
    }
}
