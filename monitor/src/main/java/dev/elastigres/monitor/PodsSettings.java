package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings of a monitor that watches the containers of a Kubernetes node.
final class PodsSettings {
    static final Setting<Boolean> PODS =
            Setting.of(
                            "pods",
                            SettingType.toggle(),
                            "Watch the containers of a Kubernetes node's watch list"
                                    + " instead of one Postgres")
                    .advice(
                            "The chart sets it: one monitor for each node serves the"
                                    + " containers that the agent lists. Settings of a single"
                                    + " Postgres, such as cgroup and pgconnstr, are rejected with"
                                    + " it.");
    private static final Setting<Path> WATCH_LIST =
            Setting.of(
                            "pods-watch-list",
                            SettingType.path(),
                            "Watch list file that the agent of a Kubernetes node writes")
                    .advice(
                            "Must be the agent's pods.watch-list. While the file is"
                                    + " missing, no container is watched; an invalid one changes"
                                    + " nothing. Requires pods.")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");

    private PodsSettings() {}

    /// @param onePostgres settings of one Postgres or its machine, which the watch list and the
    ///     containers' cgroups replace
    static SettingTable addTo(SettingTable table, Setting<?>... onePostgres) {
        return table.group("Kubernetes", PODS, WATCH_LIST)
                .rule(settings -> check(settings, onePostgres), PODS);
    }

    /// The watch list and the formulas of the containers; empty when one Postgres is watched.
    static Optional<MonitorConfig.PodsConfig> config(Settings settings) {
        return settings.get(PODS)
                ? Optional.of(
                        new MonitorConfig.PodsConfig(
                                settings.get(WATCH_LIST), settings.get(CacheSettings.FORMULAS)))
                : Optional.empty();
    }

    /// The value of `setting`, or `withPods` when pods are watched and the setting is not given.
    static <T> T valueOf(Settings settings, Setting<T> setting, T withPods) {
        return settings.get(PODS) && !isGiven(settings, setting) ? withPods : settings.get(setting);
    }

    private static void check(Settings settings, Setting<?>... onePostgres) {
        if (!settings.get(PODS)) {
            if (isGiven(settings, WATCH_LIST))
                throw new IllegalArgumentException("pods-watch-list requires pods");
            return;
        }
        String conflicts =
                Stream.of(onePostgres)
                        .filter(it -> isGiven(settings, it))
                        .map(Setting::name)
                        .collect(Collectors.joining(", "));
        if (!conflicts.isEmpty())
            throw new IllegalArgumentException(
                    "with pods, each container has its own from the watch list and its cgroup: leave"
                            + " out "
                            + conflicts);
    }

    /// An address that is `off` counts as not given.
    private static boolean isGiven(Settings settings, Setting<?> setting) {
        return settings.isChanged(setting)
                && !settings.find(setting).equals(Optional.of(Optional.empty()));
    }
}
