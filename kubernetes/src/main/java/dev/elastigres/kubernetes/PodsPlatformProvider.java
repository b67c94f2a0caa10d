package dev.elastigres.kubernetes;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;

/// Provides the pods of a Kubernetes node as VMs, for `--driver pods`.
public final class PodsPlatformProvider implements Platform.PlatformProvider {
    private static final Setting<String> NODE =
            Setting.of("node", SettingType.text(), "Pods: name of this node").placeholder("NAME");
    private static final Setting<Path> KUBECONFIG =
            Setting.of(
                            "kubeconfig",
                            SettingType.path(),
                            "Pods: kubeconfig file; if absent, ~/.kube/config, or else the service"
                                    + " account of this pod")
                    .placeholder("FILE");
    private static final Setting<Path> WATCH_LIST =
            Setting.of(
                            "pods.watch-list",
                            SettingType.path(),
                            "Pods: watch list file for the monitor")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");
    private static final Setting<HostPort> MONITOR =
            Setting.of(
                            "pods.monitor",
                            SettingType.hostPort(),
                            "Pods: address of this node's monitor")
                    .or("127.0.0.1:10301");
    private static final Setting<Path> RECLAIMER =
            Setting.of(
                            "pods.reclaimer",
                            SettingType.path(),
                            "Pods: socket of this node's reclaimer; its watch list is written to the"
                                    + " same folder")
                    .placeholder("FILE");
    private static final Setting<Duration> FULL_AFTER =
            Setting.of(
                            "pods.node-full-delay",
                            SettingType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                            "Pods: time without room on the node before onNodeFull applies")
                    .or("30s");

    public PodsPlatformProvider() {}

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public String subject() {
        return "a Kubernetes node's pods";
    }

    /// Returns false, because Kubernetes has its own scheduler.
    @Override
    public boolean acceptsScheduler() {
        return false;
    }

    @Override
    public SettingTable addTo(SettingTable table, Platform.DriverChoice choice, Resources host) {
        return table.group("Pods", NODE, KUBECONFIG, WATCH_LIST, MONITOR, RECLAIMER, FULL_AFTER)
                .rule(
                        settings -> {
                            if (choice.isChosen().test(settings) && settings.find(NODE).isEmpty())
                                throw new IllegalArgumentException(
                                        "the name of this node is missing: --node NAME");
                        },
                        NODE);
    }

    @Override
    public Platform open(Settings settings, Platform.PlatformContext start)
            throws AgentStartException {
        KubernetesClient client = ApiClientFactory.open(settings.find(KUBECONFIG));
        return new PodsPlatform(
                client,
                new PodsPlatform.NodeConfig(
                        settings.find(NODE).orElseThrow(),
                        settings.get(CgroupConfig.ROOT),
                        settings.get(WATCH_LIST),
                        settings.get(MONITOR),
                        settings.find(RECLAIMER),
                        settings.get(FULL_AFTER)),
                start.dryRun(),
                start.log());
    }
}
