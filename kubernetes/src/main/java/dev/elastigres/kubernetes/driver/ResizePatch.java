package dev.elastigres.kubernetes.driver;

import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Creates strategic merge patches for `pods/…/resize` that change the resources of one container.
/// A patch contains the pod's uid and resource version. It therefore has no effect on another pod
/// of the same name, or after any other change.
final class ResizePatch {
    private ResizePatch() {}

    /// Returns the patch; empty if the pod's specification already has these values.
    static Optional<String> of(PodContainer container, ContainerResources desired) {
        var resources = container.container().getResources();
        if (resources != null
                && ResourceAmounts.has(resources.getLimits(), desired.limits())
                && ResourceAmounts.has(resources.getRequests(), desired.requests()))
            return Optional.empty();
        Json.Obj changed =
                Json.object()
                        .with("name", container.container().getName())
                        .with(
                                "resources",
                                Json.object()
                                        .with("requests", json(desired.requests()))
                                        .with("limits", json(desired.limits())));
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

    private static Json.Obj json(Map<String, String> amounts) {
        Json.Obj all = Json.object();
        for (var each : new TreeMap<>(amounts).entrySet())
            all = all.with(each.getKey(), each.getValue());
        return all;
    }
}
