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
                    "Address of the machine's metrics; default: port 9100 beside addr");
    static final Setting<Optional<HostPort>> CACHE_ADDR =
            Setting.of(
                    "metrics.cache-addr",
                    SettingType.hostPort().orOff(),
                    "Address of the cache metrics; default: port 9499 beside addr");

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
