package dev.elastigres.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A store of API objects without the fields that the controller does not read, which are most of
/// each object. Thread-safe.
final class TrimmedStore<T extends HasMetadata> implements ItemStore<T> {
    private final UnaryOperator<T> trim;
    private final BiPredicate<T, T> isSame;
    private final Consumer<T> changed;
    private final Map<String, T> items = new ConcurrentHashMap<>();

    /// The same objects by namespace and key; those without a namespace are below the empty name.
    private final Map<String, Map<String, T>> byNamespace = new ConcurrentHashMap<>();

    /// @param trim returns a copy with the needed fields
    /// @param isSame whether two trimmed versions of an object do not differ in what matters
    /// @param changed called when an object appears, disappears or changes; does not block
    TrimmedStore(UnaryOperator<T> trim, BiPredicate<T, T> isSame, Consumer<T> changed) {
        this.trim = trim;
        this.isSame = isSame;
        this.changed = changed;
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        T kept = trim.apply(object);
        T before = items.put(key, kept);
        byNamespace.computeIfAbsent(namespace(kept), _ -> new ConcurrentHashMap<>()).put(key, kept);
        if (before == null || !isSame.test(before, kept)) changed.accept(kept);
        return before;
    }

    @Override
    public @Nullable T remove(String key) {
        T before = items.remove(key);
        if (before == null) return null;
        byNamespace.computeIfPresent(
                namespace(before),
                (_, its) -> {
                    its.remove(key);
                    return its.isEmpty() ? null : its;
                });
        changed.accept(before);
        return before;
    }

    private static String namespace(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    Collection<T> all() {
        return List.copyOf(items.values());
    }

    Collection<T> in(String namespace) {
        Map<String, T> its = byNamespace.get(namespace);
        return its == null ? List.of() : List.copyOf(its.values());
    }

    Set<String> namespaces() {
        return Set.copyOf(byNamespace.keySet());
    }

    /// Returns an object by its namespace and name.
    ///
    /// @param namespace empty for a cluster-scoped object
    Optional<T> find(String namespace, String name) {
        return Optional.ofNullable(
                items.get(Cache.namespaceKeyFunc(namespace.isEmpty() ? null : namespace, name)));
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return items.values().stream();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public @Nullable T get(String key) {
        return items.get(key);
    }
}
