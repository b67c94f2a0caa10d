package dev.elastigres.page;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.page.FleetSnapshot.HostSummary;
import dev.elastigres.page.FleetSnapshot.SharedBudget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// A source whose machines the test sets.
final class SampleFleet implements PageSource {
    final Map<String, MachineRow> machines = new ConcurrentSkipListMap<>();
    volatile String title = "host-1";
    volatile List<ChartPoint> hour = List.of();
    volatile List<ChartPoint> day = List.of();
    volatile List<ChartEvent> events = List.of();

    static Resources size(double cpus) {
        return new Resources(cpus, Bytes.ofMebibytes((long) (cpus * 1024)));
    }

    /// Adds or replaces a machine.
    void put(String name, double cpus, double wanted) {
        machines.put(
                name,
                new MachineRow(
                        name,
                        cpus == wanted ? "settled" : "not_permitted",
                        cpus == wanted ? Attention.SETTLED : Attention.BLOCKED,
                        name + " has " + size(cpus).text(),
                        Optional.of(size(cpus)),
                        Optional.of(size(wanted)),
                        Optional.of(size(1)),
                        Optional.of(size(8)),
                        Optional.of(size(cpus)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(true),
                        List.of()));
    }

    @Override
    public Optional<MachineView> machine(String name) {
        return Optional.ofNullable(machines.get(name))
                .map(
                        row ->
                                new MachineView(
                                        row,
                                        Optional.of("a goal"),
                                        Optional.of(size(0.25)),
                                        MachineView.MonitorSummary.NONE,
                                        List.of(new EffectiveSetting("rules", "neon", "default")),
                                        Optional.empty(),
                                        hour,
                                        day,
                                        events));
    }

    @Override
    public FleetSnapshot fleet() {
        return new FleetSnapshot(
                new HostSummary(
                        title,
                        "1",
                        "vm",
                        "/vms",
                        false,
                        true,
                        List.of(),
                        List.of(),
                        Optional.of(new SharedBudget(size(16), size(2), size(6)))),
                List.copyOf(machines.values()));
    }
}
