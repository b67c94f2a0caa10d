package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.Ownership;
import dev.elastigres.agent.platform.Plain;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.state.Folders;

/// This user's QEMU machines as VMs: what `--driver vm` means. The default platform.
public final class QemuPlatformProvider implements Platform.Provider {
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
        return VmDriver.GRAIN;
    }

    /// Returns the same table: the VMs themselves say all that there is to set.
    @Override
    public SettingTable addTo(SettingTable table, Platform.Choice choice, Resources host) {
        return table;
    }

    @Override
    public Platform open(Settings settings, Platform.Start start) {
        var machines = new Machines(Folders.from(start.environment()), _ -> {});
        // A dry run looks on beside another agent.
        Ownership ownership = start.dryRun() ? Ownership.none() : Ownership.of(start.identity());
        return new Plain(new VmDriver(machines, ownership));
    }
}
