package dev.elastigres.agent;

import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;

/// The settings of the permit source: the host's budget, or a scheduler.
final class PermitSettings {
    private static final Setting<Double> BUDGET_CPUS =
            SizeSettings.cpus("budget-cpus", "CPUs of all VMs together; default: the host's");
    static final Setting<Bytes> BUDGET_MEMORY =
            SizeSettings.memory(
                    "budget-memory",
                    "Memory of all VMs together; default: the host's less reserve-memory");
    static final Setting<Bytes> RESERVE_MEMORY =
            Setting.of("reserve-memory", SettingType.bytes(), "Memory reserved for the host")
                    .or("1GiB");
    private static final Setting<Double> HEADROOM =
            Setting.of(
                            "headroom",
                            SettingType.decimal(0, 1),
                            "Fraction of the budget reserved for urgent requests")
                    .or("0.1");
    static final Setting<HostPort> SCHEDULER =
            Setting.of(
                    "scheduler",
                    SettingType.hostPort(),
                    "Scheduler that grants permits in place of the budget; its port is 10299");
    static final Setting<String> NAMESPACE =
            Setting.of(
                            "namespace",
                            SettingType.text(),
                            "Namespace of the VMs in requests to the scheduler")
                    .or("default");

    static final Setting<?>[] BUDGET = {BUDGET_CPUS, BUDGET_MEMORY, RESERVE_MEMORY, HEADROOM};

    private PermitSettings() {}

    /// Returns the rules of the host's budget.
    ///
    /// @param host the size of this host
    /// @param grain the smallest step in which the platform changes a size
    /// @throws IllegalArgumentException if nothing is left for VMs
    static BudgetRules budget(Settings settings, Resources host, Resources grain) {
        Bytes memory =
                settings.find(BUDGET_MEMORY)
                        .orElse(host.memory().minus(settings.get(RESERVE_MEMORY)));
        if (memory.equals(Bytes.ZERO))
            throw new IllegalArgumentException(
                    "nothing is left of the host's "
                            + host.memory()
                            + ": reserve less, or set the budget");
        double cpus = settings.find(BUDGET_CPUS).orElse(host.vcpus());
        return BudgetRules.of(
                new Resources(cpus, memory),
                settings.get(HEADROOM),
                SizeSettings.unit(settings).times(1),
                grain);
    }
}
