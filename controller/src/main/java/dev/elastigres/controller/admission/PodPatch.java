package dev.elastigres.controller.admission;

import dev.elastigres.kubernetes.driver.ContainerResources;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.targets.InitialSizeAnnotations;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes the requests and limits of one container of a new pod.
final class PodPatch {
    private static final String ADD = "add";

    private PodPatch() {}

    /// Returns the pod with these values. Other resources of the container do not change.
    static Pod applied(Pod pod, int container, ContainerResources values) {
        Container before = pod.getSpec().getContainers().get(container);
        Container after =
                new ContainerBuilder(before)
                        .editOrNewResources()
                        .withRequests(merged(requests(before), values.requests()))
                        .withLimits(merged(limits(before), values.limits()))
                        .endResources()
                        .build();
        var containers = new ArrayList<>(pod.getSpec().getContainers());
        containers.set(container, after);
        return new PodBuilder(pod).editSpec().withContainers(containers).endSpec().build();
    }

    /// Returns the change as a JSON patch (RFC 6902).
    ///
    /// @param why the size and its reason, for an annotation
    static Json.Arr of(Pod pod, int container, ContainerResources values, String why) {
        Container before = pod.getSpec().getContainers().get(container);
        String path = "/spec/containers/" + container + "/resources";
        var operations = new ArrayList<Json>();
        if (before.getResources() == null) operations.add(add(path, Json.object()));
        operations.add(add(path + "/requests", json(merged(requests(before), values.requests()))));
        if (!values.limits().isEmpty())
            operations.add(add(path + "/limits", json(merged(limits(before), values.limits()))));
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        if (annotations == null || annotations.isEmpty())
            operations.add(add("/metadata/annotations", Json.object()));
        operations.add(annotate(InitialSizeAnnotations.WHY, why));
        operations.add(
                annotate(
                        InitialSizeAnnotations.TEMPLATE,
                        Json.object()
                                .with("container", String.valueOf(before.getName()))
                                .with("requests", json(amounts(requests(before))))
                                .with("limits", json(amounts(limits(before))))
                                .compact()));
        return new Json.Arr(List.copyOf(operations));
    }

    private static Json annotate(String key, String value) {
        return add(
                "/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1"),
                new Json.Str(value));
    }

    private static Json add(String path, Json value) {
        return Json.object().with("op", ADD).with("path", path).with("value", value);
    }

    private static Json.Obj json(Map<String, Quantity> amounts) {
        Json.Obj all = Json.object();
        for (var each : new TreeMap<>(amounts).entrySet())
            all = all.with(each.getKey(), each.getValue().toString());
        return all;
    }

    private static Map<String, Quantity> merged(
            Map<String, Quantity> before, Map<String, String> values) {
        var merged = new HashMap<>(before);
        merged.putAll(ResourceAmounts.quantities(values));
        return merged;
    }

    /// Returns CPUs and memory alone.
    private static Map<String, Quantity> amounts(Map<String, Quantity> all) {
        var some = new LinkedHashMap<String, Quantity>();
        for (String each : List.of(ResourceAmounts.CPU, ResourceAmounts.MEMORY))
            Optional.ofNullable(all.get(each)).ifPresent(it -> some.put(each, it));
        return some;
    }

    private static Map<String, Quantity> requests(Container container) {
        ResourceRequirements resources = container.getResources();
        return resources == null ? Map.of() : orNone(resources.getRequests());
    }

    private static Map<String, Quantity> limits(Container container) {
        ResourceRequirements resources = container.getResources();
        return resources == null ? Map.of() : orNone(resources.getLimits());
    }

    private static Map<String, Quantity> orNone(@Nullable Map<String, Quantity> amounts) {
        return amounts == null ? Map.of() : amounts;
    }
}
