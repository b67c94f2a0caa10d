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
                    .advice(
                            "A request is sent after all CPUs were 90 % busy and tasks"
                                    + " waited half of the time for two seconds, well before load"
                                    + " averages show it. With off, CPUs depend on the metrics"
                                    + " that the agent reads; agents of protocol v1.0 get no such"
                                    + " requests in any case.")
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
                    .advice(
                            "Only for hypervisors that cannot remove CPUs themselves."
                                    + " It has no authentication, so only loopback and link-local"
                                    + " addresses are accepted, and needs write permission below"
                                    + " path.sysfs. With off, CPUs stay as the kernel has them.")
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
