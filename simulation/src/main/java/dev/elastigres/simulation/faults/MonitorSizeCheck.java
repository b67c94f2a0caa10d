package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Resources;

/// Checks the sizes that a monitor gets: whole compute units for a monitor of protocol v1.0, and no
/// resize of a resource that the monitor is asked to release.
final class MonitorSizeCheck {
    private final SizeShape shape;

    /// The newest downscale request, and what the monitor was allowed to use before it.
    private Resources asked = Resources.ZERO;

    private Resources from = Resources.ZERO;

    MonitorSizeCheck(SizeShape shape) {
        this.shape = shape;
    }

    void asked(Resources target, MonitorState.Present monitor, SizeLimits limits) {
        asked = target;
        from = monitor.maxSize();
        checkWhole(target, from, monitor, limits);
    }

    /// A monitor that got no notification yet is notified of the VM's size, whatever that is.
    void notified(Resources size, MonitorState.Present monitor, SizeLimits limits) {
        if (!monitor.minSize().equals(Resources.ZERO))
            checkWhole(size, monitor.minSize(), monitor, limits);
    }

    /// Returns whether `resize` changes a resource that the newest downscale request would take
    /// from. With whole units both resources change together.
    boolean overlaps(Action.Resize resize, Resources requested) {
        if (shape.isTied()) return true;
        boolean cpus = asked.vcpus() < from.vcpus() && resize.to().vcpus() != requested.vcpus();
        boolean memory =
                asked.memory().isLessThan(from.memory())
                        && !resize.to().memory().equals(requested.memory());
        return cpus || memory;
    }

    private void checkWhole(
            Resources size, Resources before, MonitorState.Present monitor, SizeLimits limits) {
        if (shape.isTied() || !monitor.wholeUnits()) return;
        Resources whole = limits.unit().roundedUp(size);
        boolean cpus =
                size.vcpus() == before.vcpus()
                        || size.vcpus() == whole.vcpus()
                        || size.vcpus() == limits.min().vcpus()
                        || size.vcpus() == limits.max().vcpus();
        boolean memory =
                size.memory().equals(before.memory())
                        || size.memory().equals(whole.memory())
                        || size.memory().equals(limits.min().memory())
                        || size.memory().equals(limits.max().memory());
        check(
                cpus && memory,
                () -> "the monitor gets " + size.text() + ", which is not in whole units");
    }
}
