package dev.elastigres.core.monitor;

/// What is short, and how it shows: why more is asked for.
public enum Shortage {
    /// Usage is at the threshold or above.
    USAGE("usage"),
    /// Usage grows so fast that it will be at the threshold before more could be here.
    GROWTH("growth"),
    /// Tasks stall because they wait for memory, whatever the figures say.
    PRESSURE("pressure"),
    /// Little memory of the whole VM is available, to Postgres and all others.
    AVAILABLE("available"),
    /// The kernel's own memory, such as page tables and slab, takes what usage does not show.
    KERNEL("kernel"),
    /// The kernel has killed a process for want of memory.
    OOM_KILL("oom_kill"),
    /// Tasks wait for a CPU.
    CPU("cpu");

    private final String code;

    Shortage(String code) {
        this.code = code;
    }

    /// A stable name, for the wire, logs and metrics.
    public String code() {
        return code;
    }
}
