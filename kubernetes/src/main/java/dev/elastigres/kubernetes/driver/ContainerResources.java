package dev.elastigres.kubernetes.driver;

import java.util.Map;

/// Requests and limits of a container, as Kubernetes quantities. An absent resource does not
/// change.
record ContainerResources(Map<String, String> requests, Map<String, String> limits) {
    ContainerResources {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }
}
