package dev.elastigres.kubernetes;

import dev.elastigres.agent.StartException;
import dev.elastigres.agent.driver.Cgroups;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Kind;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;

/// The pods of a Kubernetes node, as VMs: what `--driver pods` means.
public final class Kubernetes implements Platform.Provider {
    private static final Setting<String> NODE =
            Setting.of("node", Kind.text(), "Pods: the name of this node").placeholder("NAME");
    private static final Setting<Path> KUBECONFIG =
            Setting.of(
                            "kubeconfig",
                            Kind.path(),
                            "Pods: how the API server is reached; otherwise by ~/.kube/config, or else"
                                    + " by the service account of its own pod")
                    .placeholder("FILE");
    private static final Setting<Path> ROSTER =
            Setting.of("pods.roster", Kind.path(), "Pods: tells the monitor what to watch")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");
    private static final Setting<HostPort> MONITOR =
            Setting.of("pods.monitor", Kind.hostPort(), "Pods: the monitor of this node")
                    .or("127.0.0.1:10301");
    private static final Setting<Path> RECLAIMER =
            Setting.of(
                            "pods.reclaimer",
                            Kind.path(),
                            "Pods: the socket of the reclaimer of this node; the containers that it"
                                    + " may reclaim from are written beside it")
                    .placeholder("FILE");
    private static final Setting<Duration> FULL_AFTER =
            Setting.of(
                            "pods.full-after",
                            Kind.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                            "Pods: how long one lacks room before onNodeFull counts")
                    .or("30s");

    public Kubernetes() {}

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public String subject() {
        return "a Kubernetes node's pods";
    }

    /// Kubernetes has a scheduler of its own.
    @Override
    public boolean acceptsScheduler() {
        return false;
    }

    @Override
    public SettingTable addTo(SettingTable table, Platform.Choice choice, Resources host) {
        return table.group("Pods", NODE, KUBECONFIG, ROSTER, MONITOR, RECLAIMER, FULL_AFTER)
                .rule(
                        settings -> {
                            if (choice.isChosen().test(settings) && settings.find(NODE).isEmpty())
                                throw new IllegalArgumentException(
                                        "say which node this is: --node NAME");
                        },
                        NODE);
    }

    @Override
    public Platform open(Settings settings, Platform.Start start) throws StartException {
        KubernetesClient client = Clients.open(settings.find(KUBECONFIG));
        return new PodsPlatform(
                client,
                new PodsPlatform.Place(
                        settings.find(NODE).orElseThrow(),
                        settings.get(Cgroups.ROOT),
                        settings.get(ROSTER),
                        settings.get(MONITOR),
                        settings.find(RECLAIMER),
                        settings.get(FULL_AFTER)),
                start.dryRun(),
                start.log());
    }
}
