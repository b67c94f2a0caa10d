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
            Setting.of(
                            "node",
                            SettingType.text(),
                            "Name of the Kubernetes node whose pods are resized")
                    .advice(
                            "Must be the name of the Node object, as in kubectl get"
                                    + " nodes; the chart sets it from spec.nodeName. The driver"
                                    + " pods does not start without it, and with another node's"
                                    + " name no cgroup of its pods is found.")
                    .placeholder("NAME");
    private static final Setting<Path> KUBECONFIG =
            Setting.of(
                            "kubeconfig",
                            SettingType.path(),
                            "Kubeconfig file for the Kubernetes API; by default"
                                    + " ~/.kube/config, or else the service account of this pod")
                    .advice(
                            "Leave it out inside the cluster. Outside, its user needs"
                                    + " the rights of the chart's ClusterRole; a missing right is"
                                    + " reported in the log and in /readyz.")
                    .placeholder("FILE");
    private static final Setting<Path> WATCH_LIST =
            Setting.of(
                            "pods.watch-list",
                            SettingType.path(),
                            "Watch list file that the agent writes for the monitor of"
                                    + " its node")
                    .advice(
                            "Must be the path that the monitor reads (its"
                                    + " pods-watch-list), in an in-memory folder that only the"
                                    + " two share: the file contains connection strings. If the"
                                    + " paths differ, the monitor watches no container, and no"
                                    + " pod's memory shrinks.")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");
    private static final Setting<HostPort> MONITOR =
            Setting.of(
                            "pods.monitor",
                            SettingType.hostPort(),
                            "Address of the monitor of this node, which serves all of"
                                    + " its pods")
                    .advice(
                            "Agent and monitor of a node are in one pod in the chart,"
                                    + " so loopback is right. While nothing answers there,"
                                    + " metrics are missing and pods keep their sizes.")
                    .or("127.0.0.1:10301");
    private static final Setting<Path> RECLAIMER =
            Setting.of(
                            "pods.reclaimer",
                            SettingType.path(),
                            "Socket of the reclaimer of this node, beside which the"
                                    + " agent writes a watch list without secrets")
                    .advice(
                            "The reclaimer frees page cache before a memory limit is"
                                    + " lowered. Without it, a limit is lowered only as far as"
                                    + " page cache allows, and the rest is tried again at least"
                                    + " every two minutes.")
                    .placeholder("FILE");
    private static final Setting<Duration> FULL_AFTER =
            Setting.of(
                            "pods.node-full-delay",
                            SettingType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                            "Time for which a pod must lack room on its node before"
                                    + " onNodeFull applies")
                    .advice(
                            "Longer gives other pods time to release room, and avoids"
                                    + " evictions that a minute would have made needless. Shorter"
                                    + " moves a pod sooner, at the price of a restart of its"
                                    + " Postgres.")
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
