package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.net.InetAddress;
import java.util.Optional;

/// The settings of CPUs: requests for more, and the channel that switches them.
final class CpuSettings {
    private static final Setting<Boolean> DEMAND =
            Setting.of(
                            "cpu-demand",
                            SettingType.onOff(),
                            "Request CPUs from agents with v1.1 while tasks wait for one")
                    .or("on");
    static final Setting<Optional<HostPort>> ADDR =
            Setting.of(
                            "cpu.addr",
                            SettingType.hostPort()
                                    .where(
                                            CpuSettings::isLocal,
                                            "give an address of loopback or of a local link")
                                    .orOff(),
                            "Address on which the hypervisor switches CPUs on and off (PUT /cpu)")
                    .or("off");

    private CpuSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group("CPUs", DEMAND, ADDR);
    }

    /// The rules of requests for CPUs; empty when there are no such requests.
    static Optional<CpuRules> rules(Settings settings) {
        return settings.get(DEMAND) ? Optional.of(CpuRules.DEFAULT) : Optional.empty();
    }

    static MonitorConfig.CpuControl control(Settings settings) {
        return new MonitorConfig.CpuControl(
                settings.get(ADDR), LocationSettings.cpuFolder(settings));
    }

    /// Only this machine and its host can reach a loopback or link-local address.
    private static boolean isLocal(HostPort address) {
        InetAddress ip = address.resolve().getAddress();
        return ip != null && (ip.isLoopbackAddress() || ip.isLinkLocalAddress());
    }
}
