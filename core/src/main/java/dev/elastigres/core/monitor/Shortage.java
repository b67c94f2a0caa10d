package dev.elastigres.core.monitor;

/// Kinds of shortage, by the sign that shows it: the reason for a request for more.
public enum Shortage {
    /// Usage is at the threshold or above.
    USAGE("usage"),
    /// Usage grows so fast that it will reach the threshold before more memory could arrive.
    GROWTH("growth"),
    /// Tasks stall because they wait for memory, even if usage looks low.
    PRESSURE("pressure"),
    /// Little memory of the whole VM is available to Postgres and all other processes.
    AVAILABLE("available"),
    /// The kernel's own memory, such as page tables and slab, takes memory that usage does not
    /// include.
    KERNEL("kernel"),
    /// The kernel killed a process because memory ran out.
    OOM_KILL("oom_kill"),
    /// Tasks wait for a CPU.
    CPU("cpu");

    private final String code;

    Shortage(String code) {
        this.code = code;
    }

    /// Returns a stable name for the wire, logs and metrics.
    public String code() {
        return code;
    }
}
