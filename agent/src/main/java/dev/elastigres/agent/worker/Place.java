package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.worker.Worker.Lanes;
import dev.elastigres.agent.worker.Worker.Surroundings;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// One VM for as long as it runs: its worker, and after a bug of that one another. Nothing that
/// happens here reaches another VM.
final class Place {
    /// What is under way for a VM that is given up may take this long to end.
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Optional<Place> before;
    private final Surroundings around;
    private final AtomicLong bugs;
    private final Chronicle chronicle;
    private final Lanes lanes;
    private final Thread thread;
    private volatile Found found;
    private volatile Optional<Gone> gone = Optional.empty();
    private volatile Optional<Inbox> inbox = Optional.empty();

    /// @param before the one that had the same name, and may not have ended yet
    /// @param bugs counts those of all VMs
    Place(Found found, Optional<Place> before, Surroundings around, AtomicLong bugs) {
        this.found = found;
        this.before = before;
        this.around = around;
        this.bugs = bugs;
        chronicle = new Chronicle(found.name());
        lanes = new Lanes(new Lane("driver-" + found.name()), new Lane("permits-" + found.name()));
        thread = Thread.ofVirtual().name("worker-" + found.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Found found() {
        return found;
    }

    /// Empty until it was seen once.
    Optional<VmView> view() {
        return chronicle.view();
    }

    /// What could not be reached or read the last time, and why, by name.
    Map<String, String> troubles() {
        return chronicle.troubles();
    }

    /// The same VM, perhaps with other bounds and doors.
    void foundAgain(Found again) {
        if (again.equals(found)) return;
        found = again;
        changed();
    }

    /// Its rules or its size may be others now.
    void changed() {
        inbox.ifPresent(Inbox::nudge);
    }

    private void run() {
        Duration rest = around.pace().restartFirst();
        try {
            if (before.isPresent()) before.get().thread.join();
            while (true) {
                Moment began = now();
                try {
                    work();
                } catch (RuntimeException | Error e) {
                    Duration lived = now().since(began);
                    if (lived.compareTo(around.pace().restartLongest()) > 0)
                        rest = around.pace().restartFirst();
                    report(e, rest);
                }
                Thread.sleep(rest);
                rest = doubled(rest);
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        } finally {
            leave();
        }
    }

    /// An ask after the leave would be one for a VM that nobody knows.
    private void leave() {
        try {
            if (before.isPresent()) before.get().thread.join();
            lanes.permits().giveUp();
            boolean ended = lanes.driver().end(FAREWELL) && lanes.permits().end(FAREWELL);
            if (!ended) around.log().error("a call for a VM does not end", "vm", found.name());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            around.permits().leave(found.name());
            gone.ifPresent(this::tellGone);
        }
    }

    private void tellGone(Gone ended) {
        view().map(it -> it.state().has())
                .map(size -> new Scaled(ended.at, found.name(), size, Resources.ZERO, ended.why))
                .ifPresent(around.onlooker()::gone);
    }

    private record Gone(Instant at, String why) {}

    private void work() throws InterruptedException {
        var fresh = new Inbox();
        inbox = Optional.of(fresh);
        new Worker(() -> found, around, lanes, chronicle, fresh, firstId()).run();
    }

    /// Above the ids of every earlier worker and agent, as long as they began a millisecond apart
    /// and needed fewer ids in that time.
    private static long firstId() {
        return System.currentTimeMillis() << 16;
    }

    private void report(Throwable bug, Duration rest) {
        bugs.incrementAndGet();
        Throwable cause =
                bug instanceof BrokenException && bug.getCause() != null ? bug.getCause() : bug;
        around.log()
                .error(
                        "a bug ended a VM's worker, which begins anew",
                        "vm",
                        found.name(),
                        "cause",
                        cause,
                        "after_ms",
                        rest.toMillis());
        chronicle.broke(Causes.chain(cause));
    }

    private Duration doubled(Duration rest) {
        Duration twice = rest.multipliedBy(2);
        Duration longest = around.pace().restartLongest();
        return twice.compareTo(longest) < 0 ? twice : longest;
    }

    /// The VM does not run any more.
    ///
    /// @param why one clause
    void end(String why) {
        gone = Optional.of(new Gone(Instant.now(), why));
        interrupt();
    }

    void interrupt() {
        thread.interrupt();
    }

    /// Waits until nothing is done for the VM any more.
    void await() throws InterruptedException {
        thread.join();
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
