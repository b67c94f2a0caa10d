package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Size of a VM during a resize: CPUs change within a second, memory grows by 2 GiB and shrinks by
/// 1 GiB per second, as measured with virtio-mem.
final class SimulatedResize {
    private static final Bytes MEMORY_UP = Bytes.ofGibibytes(2);
    private static final Bytes MEMORY_DOWN = Bytes.ofGibibytes(1);

    private Resources current;
    private Resources target;

    SimulatedResize(Resources size) {
        current = size;
        target = size;
    }

    Resources current() {
        return current;
    }

    Resources target() {
        return target;
    }

    void begin(Resources to) {
        target = to;
    }

    boolean isDone() {
        return current.equals(target);
    }

    /// Advances by one second.
    void second() {
        Bytes memory = current.memory();
        memory =
                memory.isLessThan(target.memory())
                        ? memory.plus(MEMORY_UP).min(target.memory())
                        : memory.minus(MEMORY_DOWN).max(target.memory());
        current = new Resources(target.vcpus(), memory);
    }
}
