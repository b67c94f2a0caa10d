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

/// Says something of an object in the name of a node's agent that is not there: only so what that
/// one owns goes.
public record StatusOnBehalf(KubernetesClient client) {

    /// @param seen the version of the object that it is said of; another one is refused
    /// @param its all entries of `node`; what it had before and is not among them goes
    /// @return the object as it is then
    /// @throws io.fabric8.kubernetes.client.KubernetesClientException with 409 when the object is
    ///     another by now, with 404 when it is gone
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
