package dev.elastigres.cli.prometheus;

import dev.elastigres.simulation.trace.LoadTrace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Options that select a load in a Prometheus server.
public final class PrometheusOptions {
    private static final Duration MAX_SINCE = Duration.ofSeconds(LoadTrace.MAX_LENGTH);
    private static final Duration MIN_SINCE = Duration.ofMinutes(1);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final List<String> QUERIES =
            List.of(
                    PrometheusQueries.CPU,
                    PrometheusQueries.MEMORY,
                    PrometheusQueries.CACHED,
                    PrometheusQueries.CPU_SIZE,
                    PrometheusQueries.MEMORY_SIZE);

    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            description =
                    "Replay the load that this Prometheus measured: the base URL. Needs --pod,"
                            + " --node or --query.")
    private @Nullable String url;

    @Option(
            names = "--prometheus-token-file",
            paramLabel = "FILE",
            description = "The bearer token for Prometheus, as the only line of a file.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--pod",
            paramLabel = "NAMESPACE/POD",
            description = "Replay the load of this pod, from cAdvisor's metrics.")
    private @Nullable String pod;

    @Option(
            names = "--container",
            paramLabel = "NAME",
            description = "One container of the pod (default: the sum of all).")
    private @Nullable String container;

    @Option(
            names = "--node",
            paramLabel = "INSTANCE",
            description =
                    "The load of a host, from the metrics of node exporter with this label"
                            + " instance.")
    private @Nullable String node;

    @Option(
            names = "--query",
            paramLabel = "NAME=PROMQL",
            description =
                    "Your own query, which returns one series; repeatable. NAME is cpu (CPUs in"
                            + " use), memory, working_set, cpu_size or memory_size (bytes)."
                            + " $__rate_interval is filled in.")
    private List<String> queries = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Length of the replayed time, such as 12h (default: 7d; at most 28d).")
    private @Nullable String since;

    @Option(
            names = "--step",
            paramLabel = "TIME",
            description =
                    "Time between two values (default: the scrape interval; 30s for --query"
                            + " alone).")
    private @Nullable String step;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public PrometheusOptions() {}

    /// Returns whether a server is given.
    ///
    /// @throws ParameterException if there is none and another of these options is given
    public boolean isGiven() {
        if (url != null) return true;
        if (tokenFile != null
                || pod != null
                || container != null
                || node != null
                || !queries.isEmpty()
                || since != null
                || step != null)
            throw wrong(
                    "--pod, --container, --node, --query, --since, --step and"
                            + " --prometheus-token-file go with --prometheus");
        return false;
    }

    /// Reads the load until `now`.
    ///
    /// @throws ParameterException if the options are wrong
    /// @throws PrometheusException if the server cannot be asked or has no such series
    public PrometheusLoad read(Instant now) throws PrometheusException, InterruptedException {
        PrometheusAddress address = address();
        Duration range = duration("--since", since).orElse(Duration.ofDays(7));
        if (range.compareTo(MIN_SINCE) < 0 || range.compareTo(MAX_SINCE) > 0)
            throw wrong("--since must be from 1m to 28d");
        Optional<Duration> between = duration("--step", step);
        if (between.isPresent()
                && (between.get().isZero() || between.get().multipliedBy(4).compareTo(range) > 0))
            throw wrong("--step must be at least 1s and at most a quarter of --since");
        PrometheusQueries selected = selected();
        if (tokenFile != null) address = address.withTokenIn(tokenFile);
        return PrometheusLoad.read(address, selected, now, range, between);
    }

    private PrometheusAddress address() {
        try {
            PrometheusAddress address = PrometheusAddress.parse(String.valueOf(url));
            if (tokenFile != null && address.authorization().isPresent())
                throw wrong("--prometheus has a user: leave --prometheus-token-file out");
            return address;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private PrometheusQueries selected() {
        Map<String, String> own = ownQueries();
        if (pod != null && node != null) throw wrong("give either --pod or --node");
        if (container != null && pod == null) throw wrong("--container goes with --pod");
        if (pod != null) return podQueries(pod).with(own);
        if (node != null) return PrometheusQueries.node(node).with(own);
        if (!own.containsKey(PrometheusQueries.CPU) || !own.containsKey(PrometheusQueries.MEMORY))
            throw wrong(
                    "--prometheus needs --pod NAMESPACE/POD, --node INSTANCE, or both --query"
                            + " cpu=... and --query memory=...");
        return PrometheusQueries.none().with(own);
    }

    private PrometheusQueries podQueries(String name) {
        int slash = name.indexOf('/');
        String namespace = slash < 0 ? "" : name.substring(0, slash);
        String inside = name.substring(slash + 1);
        if (!NAME.matcher(namespace).matches() || !NAME.matcher(inside).matches())
            throw wrong("--pod must be NAMESPACE/POD, such as shop/db-0");
        return PrometheusQueries.pod(namespace, inside, Optional.ofNullable(container));
    }

    private Map<String, String> ownQueries() {
        var own = new LinkedHashMap<String, String>();
        for (String each : queries) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? "" : each.substring(0, equals).strip();
            String query = each.substring(equals + 1).strip();
            if (!QUERIES.contains(name) || query.isEmpty())
                throw wrong(
                        "--query must be NAME=PROMQL, with one of the names "
                                + String.join(", ", QUERIES));
            if (own.put(name, query) != null) throw wrong("--query gives " + name + " twice");
        }
        return own;
    }

    private Optional<Duration> duration(String option, @Nullable String text) {
        if (text == null) return Optional.empty();
        Optional<Duration> duration = PrometheusDuration.parse(text);
        if (duration.isEmpty())
            throw wrong(option + " is not a time: give one like 7d, 12h, 90m or 30s");
        return duration;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(command.commandLine(), why);
    }
}
