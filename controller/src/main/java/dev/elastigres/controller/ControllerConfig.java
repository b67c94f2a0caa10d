package dev.elastigres.controller;

import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/// Configuration of the controller.
///
/// @param address address of the pages
/// @param webhookAddress address of the admission webhook; empty if it is not served
/// @param kubeconfig a kubeconfig file; if empty, the user's own file, or else the service account
///     of this pod
/// @param namespace namespace of the Lease; if empty, that of the kubeconfig or of this pod
record ControllerConfig(
        HostPort address,
        Optional<HostPort> webhookAddress,
        Optional<Path> kubeconfig,
        Optional<String> namespace,
        LogFormat logFormat,
        LogLevel logLevel) {
    private static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Address of the health and metrics pages; port 0 picks a free port")
                    .advice(
                            "The pages have no authentication. In the cluster, the kubelet's probes must"
                                    + " reach it, and Prometheus.")
                    .flag('a')
                    .or("127.0.0.1:10410");
    private static final Setting<HostPort> WEBHOOK_ADDR =
            Setting.of(
                            "webhook-addr",
                            SettingType.hostPort(),
                            "Address of the admission webhook that sets the size of new pods; by"
                                    + " default it is not served")
                    .advice(
                            "The API servers must reach it through the Service elastigres-webhook. It is"
                                    + " served by TLS with a certificate that the controller makes.")
                    .placeholder("HOST:PORT");
    private static final Setting<Path> KUBECONFIG =
            Setting.of(
                            "kubeconfig",
                            SettingType.path(),
                            "Kubeconfig file for the Kubernetes API; by default"
                                    + " ~/.kube/config, or else the service account of this pod")
                    .advice(
                            "Leave it out inside the cluster. Outside, its user needs the rights of the"
                                    + " chart's ClusterRole elastigres-controller.")
                    .placeholder("FILE");
    private static final Setting<String> NAMESPACE =
            Setting.of("lease-namespace", SettingType.text(), "Namespace of the leader's Lease")
                    .advice(
                            "By default that of this pod or of the kubeconfig. All controllers of a cluster"
                                    + " must use the same one, or several of them write.")
                    .placeholder("NAMESPACE");

    /// Returns the settings of the controller.
    static SettingTable table() {
        return SettingTable.of("elastigres controller")
                .examples("elastigres controller --kubeconfig ~/.kube/config")
                .group("Main", ADDR, WEBHOOK_ADDR, KUBECONFIG, NAMESPACE)
                .group("Log", LogSettings.FORMAT, LogSettings.LEVEL);
    }

    static ControllerConfig of(Settings settings) {
        return new ControllerConfig(
                settings.get(ADDR),
                settings.find(WEBHOOK_ADDR),
                settings.find(KUBECONFIG),
                settings.find(NAMESPACE),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }
}
