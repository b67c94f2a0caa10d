package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The objects of the simulated cluster, as its API server has them, and the state of its nodes.
final class ClusterObjects {
    final Map<String, NodeEntry> nodes = new LinkedHashMap<>();

    /// Pods by UID, the oldest first.
    final Map<String, ClusterPod> pods = new LinkedHashMap<>();

    /// Moves by UID of their source pods.
    final Map<String, ClusterMove> moves = new LinkedHashMap<>();

    final List<ClusterVm> vms = new ArrayList<>();

    /// A node.
    static final class NodeEntry {
        final String name;
        final Resources allocatable;
        boolean cordoned;

        /// Whether it runs pods.
        boolean available = true;

        /// Whether its object exists.
        boolean exists = true;

        NodeEntry(String name, Resources allocatable) {
            this.name = name;
            this.allocatable = allocatable;
        }

        AllocatableNode object() {
            return new AllocatableNode(name, allocatable, !cordoned);
        }
    }

    /// A move of a VM.
    static final class ClusterMove {
        final ClusterPod source;
        final Optional<String> proposed;
        final Duration begunAt;
        Optional<ClusterPod> target = Optional.empty();

        ClusterMove(ClusterPod source, Optional<String> proposed, Duration begunAt) {
            this.source = source;
            this.proposed = proposed;
            this.begunAt = begunAt;
        }
    }

    /// Returns what the objects of a node's pods state together.
    Resources stored(String node) {
        Resources sum = Resources.ZERO;
        for (ClusterPod pod : pods.values())
            if (pod.node.equals(node)) sum = sum.plus(pod.storedShare());
        return sum;
    }

    /// Returns what a node's pods take at most.
    Resources taken(String node) {
        Resources sum = Resources.ZERO;
        for (ClusterPod pod : pods.values())
            if (pod.node.equals(node)) sum = sum.plus(pod.trueShare());
        return sum;
    }

    NodeEntry node(String name) {
        NodeEntry node = nodes.get(name);
        if (node == null) throw new IllegalStateException("no node " + name);
        return node;
    }
}
