package dev.elastigres.protocol.metrics;

import java.util.Map;

/// One value of a metric.
public record Sample(String name, Map<String, String> labels, double value) {
    public Sample {
        labels = Map.copyOf(labels);
    }
}
