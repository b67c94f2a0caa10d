package dev.elastigres.monitor.pods;

import dev.elastigres.daemon.cgroup.ContainerCgroups;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The containers of the watch list, each with its watch once its cgroup exists. One thread starts
/// and ends watches; other threads read a snapshot.
///
/// @param <W> the watch of one container
public final class WatchedContainers<W extends WatchedContainers.WatchHandle>
        implements AutoCloseable {
    /// Interval of checks of the watch list.
    private static final Duration LOOK = Duration.ofMillis(200);

    /// Interval of searches for missing cgroups. A container's cgroup is created shortly before the
    /// container starts.
    private static final Duration SEARCH = Duration.ofSeconds(1);

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final WatchListFile file;
    private final ContainerCgroups search;
    private final WatchStarter<W> starter;
    private final Log log;
    private final LogRateLimiter repeats;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("fleet").unstarted(this::run);

    private volatile SequencedMap<String, ListedContainer<W>> members = new LinkedHashMap<>();
    private volatile Optional<String> problem = Optional.of("the watch list was not read yet");

    /// The watch of one container, from its start to its end.
    public interface WatchHandle {
        /// Returns whether the watch still runs.
        boolean isAlive();

        /// Ends the watch and its sessions. May block.
        ///
        /// @param why sent to the agents of its sessions
        void end(String why);
    }

    /// Starts watches. Must not wait for an answer of another process.
    @FunctionalInterface
    public interface WatchStarter<W> {
        /// Starts the watch of a container.
        ///
        /// @param container the container to watch
        /// @param cgroup the directory of its cgroup
        /// @throws WatchStartException if it cannot be watched now; it is tried again
        W start(WatchedContainer container, Path cgroup) throws WatchStartException;
    }

    /// A container cannot be watched now. The message says why, and contains nothing secret.
    public static final class WatchStartException extends Exception {
        private static final long serialVersionUID = 1;

        public WatchStartException(String message) {
            super(message);
        }
    }

    /// A container of the watch list.
    ///
    /// @param container its entry in the watch list
    /// @param cgroup the directory of its cgroup; null if not watched
    /// @param watch null if not watched
    /// @param why why it is not watched
    public record ListedContainer<W>(
            WatchedContainer container, @Nullable Path cgroup, @Nullable W watch, String why) {}

    public WatchedContainers(
            WatchListFile file, ContainerCgroups search, WatchStarter<W> starter, Log log) {
        this.file = file;
        this.search = search;
        this.starter = starter;
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
    }

    /// Starts to follow the watch list.
    public void start() {
        thread.start();
    }

    /// Returns the containers by their keys, in the order of the watch list.
    public SequencedMap<String, ListedContainer<W>> members() {
        return members;
    }

    /// Returns the problem of the watch list; empty if there is none.
    public Optional<String> problem() {
        return problem;
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /// Waits until the thread has ended, for whichever reason.
    public void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            long searched = System.nanoTime() - SEARCH.toNanos();
            do {
                boolean changed = follow();
                boolean due = System.nanoTime() - searched >= SEARCH.toNanos();
                if (!changed && !due) continue;
                searched = System.nanoTime();
                mend();
            } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            // Closed.
        } catch (RuntimeException | Error bug) {
            log.error("the watch list is not followed any more", "error", bug);
        } finally {
            endAll();
        }
    }

    // ---- the watch list

    private boolean follow() {
        return switch (file.look()) {
            case WatchListFile.WatchListUpdate.Unchanged() -> false;
            case WatchListFile.WatchListUpdate.Replaced(WatchList watchList) -> {
                problem = Optional.empty();
                follow(watchList);
                yield true;
            }
            case WatchListFile.WatchListUpdate.Invalid(String why) -> {
                problem = Optional.of("the watch list cannot be followed: " + why);
                repeats.write(
                        "watch list " + why,
                        LogLevel.WARN,
                        "the watch list cannot be followed, watches stay unchanged",
                        "reason",
                        why);
                yield false;
            }
        };
    }

    /// Applies a new watch list. A container with an unchanged entry keeps its watch; others start
    /// over.
    private void follow(WatchList watchList) {
        var now = new LinkedHashMap<String, ListedContainer<W>>();
        var gone = new LinkedHashMap<>(members);
        for (WatchedContainer container : watchList.containers()) {
            ListedContainer<W> before = gone.get(container.key());
            if (before != null && before.container.equals(container)) {
                gone.remove(container.key());
                now.put(container.key(), before);
            } else {
                now.put(container.key(), unwatched(container, "its cgroup was not searched yet"));
            }
        }
        members = Collections.unmodifiableSequencedMap(now);
        for (ListedContainer<W> member : gone.values()) {
            boolean changed = now.containsKey(member.container.key());
            end(
                    member,
                    changed
                            ? "the container was restarted, or its entry in the watch list changed"
                            : "the container is not on the watch list any more");
        }
    }

    private static <W> ListedContainer<W> unwatched(WatchedContainer container, String why) {
        return new ListedContainer<>(container, null, null, why);
    }

    // ---- what is missing

    /// Starts watches that are missing or have failed, and restarts a watch whose cgroup has moved.
    private void mend() {
        List<ListedContainer<W>> missing = new ArrayList<>();
        for (ListedContainer<W> member : members.values())
            if (isMissing(member)) missing.add(member);
        if (missing.isEmpty()) return;
        search.searchAgain();
        var now = new LinkedHashMap<>(members);
        for (ListedContainer<W> member : missing)
            now.put(member.container.key(), withNewWatch(member));
        members = Collections.unmodifiableSequencedMap(now);
    }

    private static <W extends WatchHandle> boolean isMissing(ListedContainer<W> member) {
        return member.watch == null
                || member.cgroup == null
                || !member.watch.isAlive()
                || !Files.isDirectory(member.cgroup);
    }

    private ListedContainer<W> withNewWatch(ListedContainer<W> member) {
        Optional<Path> found = search.find(member.container.uid(), member.container.id());
        W watch = member.watch;
        if (watch != null && watch.isAlive()) {
            // A cgroup that cannot be read now is already reported as unknown; only another path
            // requires a restart.
            if (found.isEmpty() || found.get().equals(member.cgroup)) return member;
            end(member, "the container's cgroup has moved");
        } else if (watch != null) {
            end(member, "the watch of the container failed");
        }
        return found.isEmpty()
                ? unwatched(member.container, logged(member, "its cgroup does not exist"))
                : started(member, found.get());
    }

    private ListedContainer<W> started(ListedContainer<W> member, Path cgroup) {
        WatchedContainer container = member.container;
        try {
            return new ListedContainer<>(container, cgroup, starter.start(container, cgroup), "");
        } catch (WatchStartException e) {
            return unwatched(container, logged(member, String.valueOf(e.getMessage())));
        } catch (RuntimeException bug) {
            log.error("a container cannot be watched", "container", container.name(), "error", bug);
            return unwatched(container, "it cannot be watched: " + bug);
        }
    }

    private String logged(ListedContainer<W> member, String why) {
        repeats.write(
                member.container.key(),
                LogLevel.WARN,
                "a container cannot be watched yet",
                "namespace",
                member.container.namespace(),
                "pod",
                member.container.pod(),
                "container",
                member.container.container(),
                "reason",
                why);
        return why;
    }

    // ---- ends

    /// Ends a watch on a thread of its own, so that one that hangs does not delay the others.
    private static <W extends WatchHandle> Optional<Thread> end(
            ListedContainer<W> member, String why) {
        W watch = member.watch;
        if (watch == null) return Optional.empty();
        return Optional.of(
                Thread.ofVirtual()
                        .name("end-" + member.container.key())
                        .start(() -> watch.end(why)));
    }

    private void endAll() {
        Map<String, ListedContainer<W>> last = members;
        members = new LinkedHashMap<>();
        var ending = new ArrayList<Thread>();
        for (ListedContainer<W> member : last.values())
            end(member, "the monitor is shutting down").ifPresent(ending::add);
        long deadline = System.nanoTime() + GRACE.toNanos();
        try {
            for (Thread each : ending)
                each.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive()) thread.join(GRACE.multipliedBy(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
