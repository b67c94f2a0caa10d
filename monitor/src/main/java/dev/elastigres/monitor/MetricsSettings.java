package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.util.Optional;

/// The settings of the addresses that serve metrics of the machine and of the cache.
final class MetricsSettings {
    static final Setting<Optional<HostPort>> HOST_ADDR =
            Setting.of(
                            "metrics.host-addr",
                            SettingType.hostPort().orOff(),
                            "Address of the machine's metrics; by default port 9100 of"
                                    + " the host of addr")
                    .advice(
                            "The agent reads the load and memory there, in the format"
                                    + " of vector's host metrics. Choose off if vector serves"
                                    + " them; an agent without them keeps the VM's size unless"
                                    + " memory runs short.");
    static final Setting<Optional<HostPort>> CACHE_ADDR =
            Setting.of(
                            "metrics.cache-addr",
                            SettingType.hostPort().orOff(),
                            "Address of the cache metrics; by default port 9499 of the"
                                    + " host of addr")
                    .advice(
                            "The figures are those of Neon's file cache, for the"
                                    + " working set; any other Postgres has none, and off saves"
                                    + " the port. Statistics are collected only if it is on and"
                                    + " pgconnstr is given.");

    private MetricsSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group("Metrics", HOST_ADDR, CACHE_ADDR);
    }

    /// @param main the monitor's address, whose host the metrics use by default: a client outside
    ///     the VM that reaches the monitor reaches them, too
    static MonitorConfig.MetricsAddresses addresses(Settings settings, HostPort main) {
        return new MonitorConfig.MetricsAddresses(
                settings.find(HOST_ADDR).orElseGet(() -> withPort(main, 9100)),
                settings.find(CACHE_ADDR).orElseGet(() -> withPort(main, 9499)));
    }

    private static Optional<HostPort> withPort(HostPort main, int port) {
        return Optional.of(new HostPort(main.host(), port));
    }
}
