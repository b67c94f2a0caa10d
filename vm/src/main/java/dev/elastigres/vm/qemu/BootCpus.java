package dev.elastigres.vm.qemu;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import java.util.List;

/// The CPUs that a QEMU process starts with. A QEMU that takes over a guest must start with the
/// same CPUs plugged as the guest's previous one, or it cannot load their state.
///
/// @param plugged numbers of the plugged CPUs, in addition to the VM's minimum
public record BootCpus(CpuScalingMode switching, List<Integer> plugged) {
    private static final String KEY = "plugged_cpus";

    public BootCpus {
        plugged = List.copyOf(plugged);
    }

    /// Returns the CPUs of a guest that boots.
    public static BootCpus atBoot(CpuScalingMode switching) {
        return new BootCpus(switching, List.of());
    }

    /// Returns the CPUs of the guest in the QEMU of `qmp`, for a QEMU that takes it over.
    public static BootCpus like(QmpClient qmp, CpuScalingMode switching)
            throws QmpException, InterruptedException {
        return switch (switching) {
            case IN_GUEST -> atBoot(switching);
            case HOT_PLUG -> new BootCpus(switching, new CpuSlots(qmp).plugged());
        };
    }

    /// @throws IllegalArgumentException if `json` is invalid
    public static BootCpus from(Json.Obj json) {
        return new BootCpus(
                CpuScalingMode.from(json), json.list(KEY).stream().map(BootCpus::number).toList());
    }

    private static int number(Json json) {
        if (json instanceof Json.Num number) {
            long cpu = number.whole().orElse(-1);
            if (cpu >= 0 && cpu <= Integer.MAX_VALUE) return (int) cpu;
        }
        throw new IllegalArgumentException(KEY + " are numbers");
    }

    public Json.Obj describedIn(Json.Obj json) {
        var numbers = plugged.stream().<Json>map(Json.Num::of).toList();
        return switching.describedIn(json).with(KEY, new Json.Arr(numbers));
    }
}
