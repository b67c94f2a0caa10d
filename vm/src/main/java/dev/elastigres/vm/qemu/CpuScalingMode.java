package dev.elastigres.vm.qemu;

import dev.elastigres.protocol.json.Json;

/// How a VM gets and loses CPUs while it runs: settled when its QEMU starts, for as long as the
/// guest runs, in whichever QEMU.
public enum CpuScalingMode {
    /// All are there from the start, and the guest's kernel switches them on and off.
    IN_GUEST,
    /// QEMU plugs and unplugs them, and the guest's kernel switches on what has come.
    HOT_PLUG;

    private static final String KEY = "cpu_switching";

    /// The translator of QEMU 7.2 and 10.0 crashes when a CPU comes after another has gone.
    public static CpuScalingMode of(Accelerator accelerator) {
        return switch (accelerator) {
            case KVM -> HOT_PLUG;
            case TCG -> IN_GUEST;
        };
    }

    /// What `json` says; runs and snapshots that say nothing were all switched in the guest.
    /// @throws IllegalArgumentException when it says something else
    public static CpuScalingMode from(Json.Obj json) {
        String title = json.text(KEY).orElse(IN_GUEST.title());
        for (var each : values()) {
            if (each.title().equals(title)) return each;
        }
        throw new IllegalArgumentException(KEY + " cannot be " + title);
    }

    public Json.Obj describedIn(Json.Obj json) {
        return json.with(KEY, title());
    }

    private String title() {
        return switch (this) {
            case IN_GUEST -> "in-guest";
            case HOT_PLUG -> "hot-plug";
        };
    }
}
