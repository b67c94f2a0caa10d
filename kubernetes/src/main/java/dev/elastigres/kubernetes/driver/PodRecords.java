package dev.elastigres.kubernetes.driver;

import dev.elastigres.kubernetes.node.TemplateSizes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Holds a [PodRecord] for each container instance. Thread-safe.
final class PodRecords {
    private final TemplateSizes templates;

    /// Records by [TrackedPod#lifeAndTerms].
    private final Map<String, PodRecord> records = new ConcurrentHashMap<>();

    PodRecords(TemplateSizes templates) {
        this.templates = templates;
    }

    /// Returns the record of `pod`, and creates it if there is none. The ratios come from the
    /// template each time: they cannot be computed from a pod whose limit is above its size, and
    /// the template may be read later than the pod.
    PodRecord of(TrackedPod pod) {
        RequestRatios ratios =
                RequestRatios.of(
                        pod.container(), templates.of(pod.container()), pod.chosen().resources());
        return records.compute(
                pod.lifeAndTerms(),
                (_, it) -> it == null ? PodRecord.begin(ratios) : it.withRatios(ratios));
    }

    void update(TrackedPod pod, UnaryOperator<PodRecord> change) {
        of(pod);
        records.computeIfPresent(pod.lifeAndTerms(), (_, it) -> change.apply(it));
    }

    /// Removes the records of all other container instances.
    void retain(Set<String> livesAndTerms) {
        records.keySet().retainAll(livesAndTerms);
    }
}
