package dev.elastigres.vm.qemu;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpEvent;
import dev.elastigres.vm.qmp.QmpException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The CPU slots of a running QEMU, some of which are free. There is one socket with one thread for
/// each core, so that a CPU's number is the number of its core. The lowest CPUs are plugged first
/// and the highest unplugged first, as in the guest.
public final class CpuSlots {
    /// Maximum wait for an event before the slots are read again; QEMU usually sends an event
    /// earlier.
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// QOM path of devices that can be unplugged.
    private static final String PLUGGED = "/machine/peripheral/";

    /// Source code of an ACPI _OST report: a request to eject a device.
    private static final long OST_EJECTION = 3;

    /// Status codes of such a report: success, and ejection in progress. Any other status is a
    /// refusal.
    private static final long OST_DONE = 0;

    private static final long OST_BEGUN = 0x84;

    private final QmpClient qmp;

    public CpuSlots(QmpClient qmp) {
        this.qmp = qmp;
    }

    /// Result of unplugging CPUs.
    public sealed interface UnplugResult {
        record Gone() implements UnplugResult {}

        /// The guest's kernel refused to release this CPU.
        record Refused(int cpu) implements UnplugResult {}

        /// The guest's kernel has not answered for this CPU within the timeout, and may still
        /// release it.
        record Unanswered(int cpu) implements UnplugResult {}
    }

    /// @param properties properties that QEMU requires of a device in this slot
    /// @param device QOM path of the device in the slot; empty if the slot is free
    private record CpuSlot(int cpu, String type, Json.Obj properties, Optional<String> device) {
        boolean isFree() {
            return device.isEmpty();
        }

        boolean isPlugged() {
            return device.filter(it -> it.startsWith(PLUGGED)).isPresent();
        }
    }

    /// Returns the device ID of a plugged CPU.
    static String id(int cpu) {
        return "cpu" + cpu;
    }

    /// Returns the numbers of the plugged CPUs, without those that QEMU started with.
    public List<Integer> plugged() throws QmpException, InterruptedException {
        return slots().stream().filter(CpuSlot::isPlugged).map(CpuSlot::cpu).toList();
    }

    /// Plugs CPUs until there are at least `wanted`, as far as slots are free. The guest's kernel
    /// detects them a little later, and does not switch them on by itself.
    public void plugUpTo(int wanted) throws QmpException, InterruptedException {
        List<CpuSlot> slots = slots();
        int missing = wanted - taken(slots);
        for (CpuSlot slot :
                slots.stream().filter(CpuSlot::isFree).limit(Math.max(missing, 0)).toList()) {
            var device = Json.object().with("driver", slot.type()).with("id", id(slot.cpu()));
            for (var property : slot.properties().members().entrySet())
                device = device.with(property.getKey(), property.getValue());
            qmp.execute("device_add", device);
        }
    }

    /// Unplugs CPUs, one after the other, until there are at most `wanted`.
    ///
    /// @param within timeout for each CPU
    public UnplugResult unplugDownTo(int wanted, Duration within)
            throws QmpException, InterruptedException {
        List<CpuSlot> slots = slots();
        int excess = taken(slots) - wanted;
        var highestFirst = slots.reversed().stream().filter(CpuSlot::isPlugged);
        for (CpuSlot slot : highestFirst.limit(Math.max(excess, 0)).toList()) {
            UnplugResult outcome = unplug(slot.cpu(), within);
            if (!(outcome instanceof UnplugResult.Gone)) return outcome;
        }
        return new UnplugResult.Gone();
    }

    /// Unplugs one CPU. The command only sends a request to the guest. The state of the slot shows
    /// when the CPU is gone, because not every QEMU sends an event.
    private UnplugResult unplug(int cpu, Duration within)
            throws QmpException, InterruptedException {
        qmp.execute("device_del", Json.object().with("id", id(cpu)));
        long deadline = System.nanoTime() + within.toNanos();
        do {
            Optional<QmpEvent> event = qmp.nextEvent(PAUSE);
            if (event.filter(it -> isRefusal(it, cpu)).isPresent())
                return new UnplugResult.Refused(cpu);
            if (!plugged().contains(cpu)) return new UnplugResult.Gone();
        } while (System.nanoTime() - deadline < 0);
        return new UnplugResult.Unanswered(cpu);
    }

    private static boolean isRefusal(QmpEvent event, int cpu) {
        return switch (event.name()) {
            case "DEVICE_UNPLUG_GUEST_ERROR" -> names(event.data(), cpu);
            case "ACPI_DEVICE_OST" ->
                    event.data()
                            .object("info")
                            .filter(info -> names(info, cpu) && refuses(info))
                            .isPresent();
            default -> false;
        };
    }

    private static boolean names(Json.Obj data, int cpu) {
        return data.text("device").filter(id(cpu)::equals).isPresent();
    }

    private static boolean refuses(Json.Obj info) {
        long status = info.whole("status").orElse(OST_DONE);
        return info.whole("source").orElse(0) == OST_EJECTION
                && status != OST_DONE
                && status != OST_BEGUN;
    }

    private static int taken(List<CpuSlot> slots) {
        return Math.toIntExact(slots.stream().filter(slot -> !slot.isFree()).count());
    }

    private List<CpuSlot> slots() throws QmpException, InterruptedException {
        var slots = new ArrayList<CpuSlot>();
        if (qmp.execute("query-hotpluggable-cpus") instanceof Json.Arr(var items)) {
            for (Json item : items) {
                if (item instanceof Json.Obj slot) slot(slot).ifPresent(slots::add);
            }
        }
        slots.sort(Comparator.comparingInt(CpuSlot::cpu));
        return slots;
    }

    private static Optional<CpuSlot> slot(Json.Obj json) {
        Optional<String> type = json.text("type");
        Optional<Json.Obj> properties = json.object("props");
        if (type.isEmpty() || properties.isEmpty()) return Optional.empty();
        var core = properties.get().whole("core-id");
        if (core.isEmpty()) return Optional.empty();
        return Optional.of(
                new CpuSlot(
                        Math.toIntExact(core.getAsLong()),
                        type.get(),
                        properties.get(),
                        json.text("qom-path")));
    }
}
