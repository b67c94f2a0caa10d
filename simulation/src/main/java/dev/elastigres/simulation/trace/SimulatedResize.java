package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The size of a VM that is being resized: CPUs change within a second, memory comes at 2 GiB a
/// second and goes at 1 GiB a second, as virtio-mem's did where they were measured.
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

    /// A second passes.
    void second() {
        Bytes memory = current.memory();
        memory =
                memory.isLessThan(target.memory())
                        ? memory.plus(MEMORY_UP).min(target.memory())
                        : memory.minus(MEMORY_DOWN).max(target.memory());
        current = new Resources(target.vcpus(), memory);
    }
}
