package dev.elastigres.controller;

import dev.elastigres.kubernetes.node.ChangeSignal;
import dev.elastigres.kubernetes.targets.ObjectName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// The namespaces, nodes and objects that changed since the last pass. Each is recorded once, so
/// the size is bounded by that of the cluster. Thread-safe.
final class PendingChanges {
    private final ChangeSignal signal = new ChangeSignal();
    private Set<String> namespaces = new HashSet<>();
    private Set<String> nodes = new HashSet<>();
    private Set<ObjectName> objects = new HashSet<>();

    /// The changes of one pass.
    ///
    /// @param namespaces namespaces in which pods or objects changed
    /// @param nodes nodes that changed themselves, or whose plan did
    /// @param objects PostgresAutoscalers that changed
    record ChangeSet(Set<String> namespaces, Set<String> nodes, Set<ObjectName> objects) {}

    synchronized void addNamespace(String namespace) {
        if (namespaces.add(namespace)) signal.signal();
    }

    synchronized void addNode(String node) {
        if (nodes.add(node)) signal.signal();
    }

    synchronized void addObject(ObjectName object) {
        if (objects.add(object)) signal.signal();
    }

    synchronized void addAll(
            Collection<String> changedNamespaces,
            Collection<String> changedNodes,
            Collection<ObjectName> changedObjects) {
        namespaces.addAll(changedNamespaces);
        nodes.addAll(changedNodes);
        objects.addAll(changedObjects);
        signal.signal();
    }

    /// Returns the changes and forgets them.
    synchronized ChangeSet take() {
        var all = new ChangeSet(namespaces, nodes, objects);
        namespaces = new HashSet<>();
        nodes = new HashSet<>();
        objects = new HashSet<>();
        return all;
    }

    /// Returns the signal of changes.
    ChangeSignal signal() {
        return signal;
    }
}
