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
            SizeSettings.cpus("budget-cpus", "CPUs of all VMs together; default: the host's")
                    .advice(
                            "CPUs may be shared: a budget above the host's makes VMs"
                                    + " wait for each other when all are busy. Set less where"
                                    + " other programs need CPUs. With the driver pods the node's"
                                    + " free room is the budget, and with scheduler the scheduler"
                                    + " decides.");
    static final Setting<Bytes> BUDGET_MEMORY =
            SizeSettings.memory(
                            "budget-memory",
                            "Memory of all VMs together; default: the host's less reserve-memory")
                    .advice(
                            "Never set more than the host can give: what VMs were"
                                    + " permitted and the host does not have ends in swapping or"
                                    + " in its OOM killer. With the driver pods the node's free"
                                    + " room is the budget, and with scheduler the scheduler"
                                    + " decides.");
    static final Setting<Bytes> RESERVE_MEMORY =
            Setting.of("reserve-memory", SettingType.bytes(), "Memory reserved for the host")
                    .advice(
                            "Choose what the host's kernel, the agent and all other"
                                    + " programs need together. Too little makes the host itself"
                                    + " short of memory when all VMs are at their permits."
                                    + " Ignored if budget-memory is set.")
                    .or("1GiB");
    private static final Setting<Double> HEADROOM =
            Setting.of(
                            "headroom",
                            SettingType.decimal(0, 1),
                            "Fraction of the budget reserved for urgent requests")
                    .advice(
                            "It is what remains for a VM that is about to run out of"
                                    + " memory or CPUs when the others have taken the rest. With"
                                    + " 0, ordinary growth can use everything; with more than"
                                    + " 0.3, much of the host is unused. Whole steps only: VMs"
                                    + " have whole CPUs, so a host with two has none in reserve.")
                    .or("0.1");
    private static final Setting<Double> GROWTH_LIMIT =
            Setting.of(
                            "growth-limit",
                            SettingType.decimal(0, 1),
                            "Fraction of the budget by which all VMs together may grow beyond their"
                                    + " fair shares at once, and again every 10 s")
                    .advice(
                            "It leaves room on the host for a VM that asks some seconds"
                                    + " after many others woke. With less, VMs that wake take"
                                    + " longer to become larger than their fair share; with 1,"
                                    + " there is no limit. Urgent requests do not wait for it.")
                    .or("0.5");
    static final Setting<HostPort> SCHEDULER =
            Setting.of(
                            "scheduler",
                            SettingType.hostPort(),
                            "Scheduler that grants permits in place of the budget")
                    .advice(
                            "Give HOST:PORT of Neon's autoscale-scheduler, which"
                                    + " listens on port 10299. While it does not answer, VMs keep"
                                    + " their permits: they may shrink, but not grow beyond them."
                                    + " Without it, this host's budget grants permits.");
    static final Setting<String> NAMESPACE =
            Setting.of(
                            "namespace",
                            SettingType.text(),
                            "Namespace of the VMs in requests to the scheduler")
                    .advice(
                            "It must be the namespace in which the scheduler has the"
                                    + " pods of these VMs; a scheduler that does not find a VM"
                                    + " under this name permits it nothing. Used with scheduler"
                                    + " only.")
                    .or("default");

    static final Setting<?>[] BUDGET = {
        BUDGET_CPUS, BUDGET_MEMORY, RESERVE_MEMORY, HEADROOM, GROWTH_LIMIT
    };

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
                settings.get(GROWTH_LIMIT),
                SizeSettings.unit(settings).times(1),
                grain);
    }
}
