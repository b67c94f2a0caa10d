package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.Amounts;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What makes of a container's size another: a strategic merge patch for `pods/…/resize`, which
/// names this container alone. It has the pod's uid and version in it, so that it has no effect on
/// another pod of that name, nor after any other change.
final class ResizePatch {
    private ResizePatch() {}

    /// Empty when the pod asks for that already.
    static Optional<String> of(PodContainer container, Proportions proportions, Resources size) {
        Map<String, String> limits = proportions.limits(size);
        Map<String, String> requests = proportions.requests(size);
        var resources = container.container().getResources();
        if (resources != null
                && has(resources.getLimits(), limits)
                && has(resources.getRequests(), requests)) return Optional.empty();
        Json.Obj changed =
                Json.object()
                        .with("name", container.container().getName())
                        .with(
                                "resources",
                                Json.object()
                                        .with("requests", json(requests))
                                        .with("limits", json(limits)));
        return Optional.of(
                Json.object()
                        .with(
                                "metadata",
                                Json.object()
                                        .with("uid", container.uid())
                                        .with("resourceVersion", container.resourceVersion()))
                        .with(
                                "spec",
                                Json.object().with("containers", new Json.Arr(List.of(changed))))
                        .compact());
    }

    private static boolean has(@Nullable Map<String, Quantity> there, Map<String, String> wanted) {
        Map<String, Quantity> as =
                wanted.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, it -> new Quantity(it.getValue())));
        boolean cpu = !as.containsKey(Amounts.CPU) || Amounts.cpus(as).equals(Amounts.cpus(there));
        boolean memory =
                !as.containsKey(Amounts.MEMORY) || Amounts.memory(as).equals(Amounts.memory(there));
        return cpu && memory;
    }

    private static Json.Obj json(Map<String, String> amounts) {
        Json.Obj all = Json.object();
        for (var each : amounts.entrySet()) all = all.with(each.getKey(), each.getValue());
        return all;
    }
}
