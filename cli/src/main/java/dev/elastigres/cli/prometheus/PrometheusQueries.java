package dev.elastigres.cli.prometheus;

import java.util.Map;
import java.util.Optional;

/// Queries for the load of a container or a host. Each returns one series.
///
/// `$__rate_interval` stands for a range over which a rate is computed, and `$__interval` for the
/// step, as in Grafana.
///
/// @param what what is measured, for messages
/// @param probe selector of a series that is scraped as often as the others
/// @param cpu CPU-seconds per second
/// @param memory memory that the kernel could not reclaim, in bytes
/// @param cached page cache in active use, in bytes
/// @param cpuSize CPUs of the container or host
/// @param memorySize memory of the container or host, in bytes
record PrometheusQueries(
        String what,
        Optional<String> probe,
        Optional<String> cpu,
        Optional<String> memory,
        Optional<String> cached,
        Optional<String> cpuSize,
        Optional<String> memorySize) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String CACHED = "working_set";
    static final String CPU_SIZE = "cpu_size";
    static final String MEMORY_SIZE = "memory_size";

    /// Returns queries for a pod's containers, with metrics of cAdvisor and, for the size where
    /// cAdvisor has none, of kube-state-metrics.
    ///
    /// The containers of a pod are summed up. A series is counted once for a container, since a
    /// container that was replaced, or that two jobs scrape, has several.
    static PrometheusQueries pod(String namespace, String pod, Optional<String> container) {
        String labels = "namespace=%s,pod=%s".formatted(quoted(namespace), quoted(pod));
        String one =
                container
                        .map(it -> ",container=" + quoted(it))
                        .orElse(",container!=\"\",container!=\"POD\"");
        String selected = "{" + labels + one + "}";
        String ofPod = container.isPresent() ? selected : "{" + labels + "}";
        String workingSet = sum("container_memory_working_set_bytes" + selected);
        String active = sum("container_memory_total_active_file_bytes" + selected);
        String anonymous = sum("container_memory_rss" + selected);
        String mapped = sum("container_memory_mapped_file" + selected);
        return new PrometheusQueries(
                "pod "
                        + namespace
                        + "/"
                        + pod
                        + container.map(it -> ", container " + it).orElse(""),
                Optional.of("container_cpu_usage_seconds_total" + selected),
                Optional.of(
                        sum(
                                "rate(container_cpu_usage_seconds_total"
                                        + selected
                                        + "[$__rate_interval])")),
                // Without the list of active pages, shared memory shows as mapped only.
                Optional.of(
                        "clamp_min(%s - %s, 0) or (%s + %s) or %s"
                                .formatted(workingSet, active, anonymous, mapped, workingSet)),
                Optional.of(
                        "%s or clamp_min(%s - %s - %s, 0)"
                                .formatted(active, workingSet, anonymous, mapped)),
                Optional.of(
                        "%s or %s or %s"
                                .formatted(
                                        sum(
                                                "(container_spec_cpu_quota%s > 0) / container_spec_cpu_period%s"
                                                        .formatted(selected, selected)),
                                        sum(kube("limits", ofPod, "cpu")),
                                        sum(kube("requests", ofPod, "cpu")))),
                Optional.of(
                        "%s or %s or %s"
                                .formatted(
                                        sum(
                                                "((container_spec_memory_limit_bytes%s > 0) < 2^53)"
                                                        .formatted(selected)),
                                        sum(kube("limits", ofPod, "memory")),
                                        sum(kube("requests", ofPod, "memory")))));
    }

    private static String sum(String series) {
        return "sum(max by (container) (" + series + "))";
    }

    private static String kube(String kind, String selector, String resource) {
        return "kube_pod_container_resource_%s%s,resource=\"%s\"}"
                .formatted(kind, selector.substring(0, selector.length() - 1), resource);
    }

    /// Returns queries for a host, with metrics of node exporter.
    ///
    /// @param instance the label `instance` of its series
    static PrometheusQueries node(String instance) {
        String label = "instance=" + quoted(instance);
        String cpu = "node_cpu_seconds_total{%s,mode%s}";
        return new PrometheusQueries(
                "host " + instance,
                Optional.of(cpu.formatted(label, "=\"idle\",cpu=\"0\"")),
                Optional.of(
                        "sum(max by (cpu, mode) (rate(%s[$__rate_interval])))"
                                .formatted(
                                        cpu.formatted(
                                                label,
                                                "!~\"idle|iowait|steal|guest|guest_nice\""))),
                Optional.of(
                        "max(node_memory_MemTotal_bytes{%s} - node_memory_MemAvailable_bytes{%s})"
                                .formatted(label, label)),
                Optional.of("max(node_memory_Active_file_bytes{%s})".formatted(label)),
                Optional.of(
                        "count(max by (cpu) (%s))".formatted(cpu.formatted(label, "=\"idle\""))),
                Optional.of("max(node_memory_MemTotal_bytes{%s})".formatted(label)));
    }

    /// Returns no queries; [#with] adds them.
    static PrometheusQueries none() {
        return new PrometheusQueries(
                "your queries",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// Returns these queries with those in `others` in the place of those of the same name.
    PrometheusQueries with(Map<String, String> others) {
        return new PrometheusQueries(
                what,
                probe,
                Optional.ofNullable(others.get(CPU)).or(this::cpu),
                Optional.ofNullable(others.get(MEMORY)).or(this::memory),
                Optional.ofNullable(others.get(CACHED)).or(this::cached),
                Optional.ofNullable(others.get(CPU_SIZE)).or(this::cpuSize),
                Optional.ofNullable(others.get(MEMORY_SIZE)).or(this::memorySize));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
