package dev.elastigres.kubernetes.status;

import static java.util.stream.Collectors.toSet;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Writes entries of an object in the name of a node's agent that does not run. Only in its name
/// can the entries that it owns be removed.
public record StatusOnBehalf(KubernetesClient client) {

    /// Applies the entries.
    ///
    /// @param seen the version of the object that the entries are for; the write fails if the
    ///     object has another version
    /// @param its all entries of `node`; its earlier entries that are not among them are removed
    /// @return the object after the write
    /// @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if the object
    ///     has changed, with code 404 if it no longer exists
    public PostgresAutoscaler say(PostgresAutoscaler seen, String node, List<InstanceStatus> its) {
        Set<String> taken = its.stream().map(it -> String.valueOf(it.name())).collect(toSet());
        var all = new ArrayList<>(its);
        for (InstanceStatus each : StatusDraft.instances(seen.written()))
            if (!node.equals(each.node()) && !taken.contains(String.valueOf(each.name())))
                all.add(each);
        PostgresAutoscalerStatus summary =
                StatusSummary.of(
                        all, seen.getMetadata().getGeneration(), seen.written(), Instant.now());
        return new StatusWriter(client)
                .apply(seen, node, StatusDraft.with(summary, its.isEmpty() ? null : its));
    }
}
