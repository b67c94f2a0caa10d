package dev.elastigres.demo;

import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A simulated machine. Its only real part is the file that says how much memory it has. Only the
/// agent resizes it.
final class DemoMachine {
    private final Path meminfo;
    private final MachineSizes scale;
    private volatile int units;

    /// Creates a machine of the minimum size.
    DemoMachine(Path meminfo, MachineSizes scale) throws DemoException {
        this.meminfo = meminfo;
        this.scale = scale;
        resize(scale.min());
    }

    int units() {
        return units;
    }

    Resources size() {
        return scale.of(units);
    }

    Path meminfo() {
        return meminfo;
    }

    /// Resizes the machine atomically: readers of the file see the old size or the new one.
    void resize(int to) throws DemoException {
        if (to < scale.min() || to > scale.max())
            throw new IllegalArgumentException("not a size of this machine: " + to);
        Path fresh = meminfo.resolveSibling(meminfo.getFileName() + ".new");
        long kibibytes = scale.memory(to).value() / 1024;
        try {
            Files.writeString(fresh, "MemTotal:       %8d kB%n".formatted(kibibytes));
            Files.move(fresh, meminfo, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new DemoException("cannot write the machine's size to " + meminfo, e);
        }
        units = to;
    }
}
