package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A store of all PostgresAutoscalers of the cluster without the fields that no agent reads. The
/// largest part of an object are its managed fields, which have an entry for each agent that wrote
/// it. Thread-safe.
public final class AutoscalerStore implements ItemStore<PostgresAutoscaler> {
    /// Page size of the list request. A page is held in memory in full, with the fields that are
    /// then removed.
    public static final long PAGE = 50;

    private final String manager;
    private final Runnable changed;
    private final Map<String, PostgresAutoscaler> items = new ConcurrentHashMap<>();

    /// @param node name of the agent's node; the managed fields of this agent are kept
    /// @param changed called when an object appears or disappears, or its specification changes,
    ///     but not its status
    public AutoscalerStore(String node, Runnable changed) {
        manager = FieldManagers.of(node);
        this.changed = changed;
    }

    public Collection<PostgresAutoscaler> all() {
        return List.copyOf(items.values());
    }

    @Override
    public String getKey(PostgresAutoscaler object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable PostgresAutoscaler put(String key, PostgresAutoscaler object) {
        PostgresAutoscaler kept = kept(object);
        PostgresAutoscaler before = items.put(key, kept);
        if (before == null || !asksTheSame(before, kept)) changed.run();
        return before;
    }

    private static boolean asksTheSame(PostgresAutoscaler one, PostgresAutoscaler other) {
        ObjectMeta its = one.getMetadata();
        ObjectMeta others = other.getMetadata();
        return Objects.equals(its.getUid(), others.getUid())
                && Objects.equals(its.getGeneration(), others.getGeneration())
                && Objects.equals(its.getDeletionTimestamp(), others.getDeletionTimestamp());
    }

    private PostgresAutoscaler kept(PostgresAutoscaler object) {
        ObjectMeta all = object.getMetadata();
        var kept = new PostgresAutoscaler();
        kept.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(all.getNamespace())
                        .withName(all.getName())
                        .withUid(all.getUid())
                        .withResourceVersion(all.getResourceVersion())
                        .withGeneration(all.getGeneration())
                        .withDeletionTimestamp(all.getDeletionTimestamp())
                        .withManagedFields(own(all))
                        .build());
        object.findSpec().ifPresent(kept::setSpec);
        object.written().ifPresent(kept::setStatus);
        return kept;
    }

    private List<ManagedFieldsEntry> own(ObjectMeta all) {
        if (all.getManagedFields() == null) return List.of();
        return all.getManagedFields().stream()
                .filter(it -> manager.equals(it.getManager()))
                .toList();
    }

    @Override
    public @Nullable PostgresAutoscaler remove(String key) {
        PostgresAutoscaler before = items.remove(key);
        if (before != null) changed.run();
        return before;
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<PostgresAutoscaler> values() {
        return items.values().stream();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public @Nullable PostgresAutoscaler get(String key) {
        return items.get(key);
    }
}
