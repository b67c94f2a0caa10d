package dev.elastigres.vm.qemu;

import dev.elastigres.protocol.json.Json;

/// How the number of CPUs of a running VM changes. The mode is fixed when its QEMU starts and stays
/// the same while the guest runs, also in other QEMU processes.
public enum CpuScalingMode {
    /// All CPUs exist from the start; the guest's kernel switches them on and off.
    IN_GUEST,
    /// QEMU plugs and unplugs CPUs; the guest's kernel switches plugged ones on.
    HOT_PLUG;

    private static final String KEY = "cpu_switching";

    /// Returns the mode for an accelerator. The translator of QEMU 7.2 and 10.0 crashes if a CPU is
    /// plugged after another was unplugged.
    public static CpuScalingMode of(Accelerator accelerator) {
        return switch (accelerator) {
            case KVM -> HOT_PLUG;
            case TCG -> IN_GUEST;
        };
    }

    /// Returns the mode in `json`. Records without a mode are from runs and snapshots that switched
    /// CPUs in the guest.
    ///
    /// @throws IllegalArgumentException if the mode is unknown
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
