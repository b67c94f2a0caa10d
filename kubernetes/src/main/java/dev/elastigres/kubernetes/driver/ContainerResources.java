package dev.elastigres.kubernetes.driver;

import java.util.Map;

/// Requests and limits of a container, as Kubernetes writes them. A resource that is absent
/// stays as it is.
record ContainerResources(Map<String, String> requests, Map<String, String> limits) {
    ContainerResources {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }
}
