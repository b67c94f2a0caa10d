package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.VmOwnership;
import dev.elastigres.agent.platform.DriverPlatform;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.state.XdgFolders;

/// The platform of `--driver vm`: this user's QEMU machines. It is the default platform.
public final class QemuPlatformProvider implements Platform.PlatformProvider {
    public QemuPlatformProvider() {}

    @Override
    public String name() {
        return "vm";
    }

    @Override
    public String subject() {
        return "this user's QEMU machines";
    }

    @Override
    public boolean isDefault() {
        return true;
    }

    @Override
    public Resources grain() {
        return QemuDriver.GRAIN;
    }

    /// Returns `table` unchanged: all settings of a VM are its own.
    @Override
    public SettingTable addTo(SettingTable table, Platform.DriverChoice choice, Resources host) {
        return table;
    }

    @Override
    public Platform open(Settings settings, Platform.PlatformContext start) {
        var machines = new VmManager(XdgFolders.from(start.environment()), _ -> {});
        // A dry run takes no locks, so it can run beside another agent.
        VmOwnership ownership =
                start.dryRun() ? VmOwnership.none() : VmOwnership.of(start.identity());
        return new DriverPlatform(new QemuDriver(machines, ownership));
    }
}
