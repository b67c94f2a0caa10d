package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.fail;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.vm.VmException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/// Polls until a condition holds.
public final class LabAwait {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final long MIN_PAUSE = 50;
    private static final long MAX_PAUSE_LENGTH = 1000;

    /// Pause between polls as a multiple of a poll's duration, because the awaited work needs the
    /// same CPUs.
    private static final int PAUSES_PER_LOOK = 2;

    private LabAwait() {}

    /// Returns the first value for which the condition holds. While a monitor, a guest or a
    /// cluster does not answer, the condition does not hold.
    public static <T> T until(String what, Callable<T> look, Predicate<T> holds) throws Exception {
        return until(what, TIMEOUT, look, holds);
    }

    /// Polls with a timeout other than two minutes.
    public static <T> T until(String what, Duration timeout, Callable<T> look, Predicate<T> holds)
            throws Exception {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long began = System.nanoTime();
            Object last;
            try {
                T seen = look.call();
                if (holds.test(seen)) return seen;
                last = seen;
            } catch (MonitorConnectionException | TestbedException | VmException.Failed e) {
                last = e;
            }
            long now = System.nanoTime();
            if (now - deadline > 0)
                fail("not within %d s: %s; last seen: %s", timeout.toSeconds(), what, last);
            long looked = Duration.ofNanos(now - began).toMillis();
            Thread.sleep(Math.clamp(PAUSES_PER_LOOK * looked, MIN_PAUSE, MAX_PAUSE_LENGTH));
        }
    }
}
