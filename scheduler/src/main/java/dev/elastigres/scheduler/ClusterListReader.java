package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.scheduler.ClusterList.ListedPod;
import dev.elastigres.scheduler.ObjectFields.ObjectFieldException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads a list of Kubernetes objects, as `kubectl get nodes,pods -A -o json` prints it. Objects
/// other than nodes and pods are ignored; one that cannot be read is reported.
public final class ClusterListReader {
    private final List<AllocatableNode> nodes = new ArrayList<>();
    private final Set<String> unready = new HashSet<>();
    private final List<ListedPod> pods = new ArrayList<>();
    private final List<BookingProblem> problems = new ArrayList<>();
    private final PodReader podReader = new PodReader(problems::add);

    private ClusterListReader() {}

    /// Reads a list.
    ///
    /// @throws ClusterListException if the text is not a list of objects, or has no node
    public static ClusterList read(String text) throws ClusterListException {
        ObjectFields list;
        try {
            list = ObjectFields.parse(text, "the list");
        } catch (ObjectFieldException e) {
            throw new ClusterListException(String.valueOf(e.getMessage()));
        }
        if (!(list.at("items").value() instanceof Json.Arr))
            throw new ClusterListException(
                    "no list of Kubernetes objects: give what `kubectl get nodes,pods -A -o json`"
                            + " prints");
        var reader = new ClusterListReader();
        for (ObjectFields object : list.at("items").items()) reader.add(object);
        if (reader.nodes.isEmpty())
            throw new ClusterListException("the list has no node: list nodes and pods together");
        return new ClusterList(reader.nodes, reader.unready, reader.pods, reader.problems);
    }

    private void add(ObjectFields object) {
        switch (object.at("kind").text().orElse("")) {
            case "Node" -> addNode(object);
            case "Pod" -> podReader.read(object).ifPresent(pods::add);
            default -> {}
        }
    }

    private void addNode(ObjectFields node) {
        Optional<String> name = node.at("metadata", "name").text();
        if (name.isEmpty()) return;
        Resources allocatable = Resources.ZERO;
        try {
            allocatable = node.at("status", "allocatable").resources("cpu", "memory");
        } catch (ObjectFieldException e) {
            problems.add(
                    new BookingProblem(
                            "node " + name.get(),
                            "allocatable: " + e.getMessage() + "; its VMs cannot grow"));
        }
        boolean ready =
                node.at("status", "conditions").items().stream()
                        .filter(it -> it.at("type").text().filter("Ready"::equals).isPresent())
                        .allMatch(it -> it.at("status").text().filter("True"::equals).isPresent());
        if (!ready) unready.add(name.get());
        nodes.add(
                new AllocatableNode(
                        name.get(), allocatable, !node.at("spec", "unschedulable").isTrue()));
    }
}
