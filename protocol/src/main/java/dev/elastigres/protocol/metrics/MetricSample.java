package dev.elastigres.protocol.metrics;

import java.util.Map;

/// One value of a metric.
public record MetricSample(String name, Map<String, String> labels, double value) {
    public MetricSample {
        labels = Map.copyOf(labels);
    }
}
