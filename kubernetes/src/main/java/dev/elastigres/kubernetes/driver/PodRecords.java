package dev.elastigres.kubernetes.driver;

import dev.elastigres.kubernetes.node.TemplateSizes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// The record of each life of a scaled pod. For any thread.
final class PodRecords {
    private final TemplateSizes templates;

    /// By life and terms.
    private final Map<String, PodRecord> records = new ConcurrentHashMap<>();

    PodRecords(TemplateSizes templates) {
        this.templates = templates;
    }

    /// The record of `pod`. Its ratios are read from the template each time: the requests of a pod
    /// whose limit was not lowered with its size do not tell them, and the template may become
    /// known later than the pod.
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

    /// Forgets all other lives.
    void retain(Set<String> livesAndTerms) {
        records.keySet().retainAll(livesAndTerms);
    }
}
