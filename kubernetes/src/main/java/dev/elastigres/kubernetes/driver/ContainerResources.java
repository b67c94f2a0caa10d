package dev.elastigres.kubernetes.driver;

import java.util.Map;

/// Requests and limits of a container, as Kubernetes quantities. An absent resource does not
/// change.
public record ContainerResources(Map<String, String> requests, Map<String, String> limits) {
    public ContainerResources {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }
}
