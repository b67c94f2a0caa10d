package dev.elastigres.monitor.pods;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.cgroup.ContainerCgroups;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
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

/// All containers of the watch list, each with its watch once its cgroup is there. One thread makes
/// and ends them; others have a snapshot.
///
/// @param <W> what watches one
public final class WatchedContainers<W extends WatchedContainers.WatchHandle>
        implements AutoCloseable {
    /// How often the watch list is looked at.
    private static final Duration LOOK = Duration.ofMillis(200);

    /// How often what is missing is looked for: a container's cgroup comes a little before it.
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

    /// What is done with one container, from its start to its end.
    public interface WatchHandle {
        boolean isAlive();

        /// Ends it, and tells whoever has a session of it why. May wait.
        void end(String why);
    }

    /// Makes a watch, and must not wait for anybody's answer.
    @FunctionalInterface
    public interface WatchStarter<W> {
        /// @param cgroup its folder
        /// @throws StartException when it cannot be watched now; it is tried again
        W start(WatchedContainer container, Path cgroup) throws WatchStartException;
    }

    /// A container that cannot be watched now. The message says why, and has nothing secret.
    public static final class WatchStartException extends Exception {
        private static final long serialVersionUID = 1;

        public WatchStartException(String message) {
            super(message);
        }
    }

    /// One container of the watch list.
    ///
    /// @param watch null while there is none
    /// @param why there is none
    public record ListedContainer<W>(
            WatchedContainer container, @Nullable Path cgroup, @Nullable W watch, String why) {}

    public WatchedContainers(
            WatchListFile file, ContainerCgroups search, WatchStarter<W> starter, Log log) {
        this.file = file;
        this.search = search;
        this.starter = starter;
        this.log = log;
        repeats = new LogRateLimiter(log, () -> new Moment(System.nanoTime()));
    }

    /// Follows the watch list from now on.
    public void start() {
        thread.start();
    }

    /// Those of the watch list by their keys, in its order.
    public SequencedMap<String, ListedContainer<W>> members() {
        return members;
    }

    /// What is wrong with the watch list; empty when nothing is.
    public Optional<String> problem() {
        return problem;
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /// Returns when it has ended, for good or for bad.
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
            // Told to end.
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
                        "the watch list cannot be followed, all stays as it was",
                        "reason",
                        why);
                yield false;
            }
        };
    }

    /// Those that stay as they are keep their watch; any other begins anew.
    private void follow(WatchList watchList) {
        var now = new LinkedHashMap<String, ListedContainer<W>>();
        var gone = new LinkedHashMap<>(members);
        for (WatchedContainer container : watchList.containers()) {
            ListedContainer<W> before = gone.get(container.key());
            if (before != null && before.container.equals(container)) {
                gone.remove(container.key());
                now.put(container.key(), before);
            } else {
                now.put(container.key(), unwatched(container, "its cgroup was not looked for yet"));
            }
        }
        members = Collections.unmodifiableSequencedMap(now);
        for (ListedContainer<W> member : gone.values()) {
            boolean changed = now.containsKey(member.container.key());
            end(
                    member,
                    changed
                            ? "the container was started anew, or is watched otherwise now"
                            : "the container is not to be watched any more");
        }
    }

    private static <W> ListedContainer<W> unwatched(WatchedContainer container, String why) {
        return new ListedContainer<>(container, null, null, why);
    }

    // ---- what is missing

    /// Starts what is not watched yet, or not any more, and follows a cgroup that is elsewhere.
    private void mend() {
        List<ListedContainer<W>> missing = new ArrayList<>();
        for (ListedContainer<W> member : members.values())
            if (isMissing(member)) missing.add(member);
        if (missing.isEmpty()) return;
        search.lookAround();
        var now = new LinkedHashMap<>(members);
        for (ListedContainer<W> member : missing) now.put(member.container.key(), mended(member));
        members = Collections.unmodifiableSequencedMap(now);
    }

    private static <W extends WatchHandle> boolean isMissing(ListedContainer<W> member) {
        return member.watch == null
                || member.cgroup == null
                || !member.watch.isAlive()
                || !Files.isDirectory(member.cgroup);
    }

    private ListedContainer<W> mended(ListedContainer<W> member) {
        Optional<Path> found = search.find(member.container.uid(), member.container.id());
        W watch = member.watch;
        if (watch != null && watch.isAlive()) {
            // What cannot be read now is known to be unknown; only another place is news.
            if (found.isEmpty() || found.get().equals(member.cgroup)) return member;
            end(member, "the container's cgroup is elsewhere");
        } else if (watch != null) {
            end(member, "the watch of the container failed");
        }
        return found.isEmpty()
                ? unwatched(member.container, told(member, "its cgroup is not there"))
                : started(member, found.get());
    }

    private ListedContainer<W> started(ListedContainer<W> member, Path cgroup) {
        WatchedContainer container = member.container;
        try {
            return new ListedContainer<>(container, cgroup, starter.start(container, cgroup), "");
        } catch (WatchStartException e) {
            return unwatched(container, told(member, String.valueOf(e.getMessage())));
        } catch (RuntimeException bug) {
            log.error("a container cannot be watched", "container", container.name(), "error", bug);
            return unwatched(container, "it cannot be watched: " + bug);
        }
    }

    private String told(ListedContainer<W> member, String why) {
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

    /// On a thread of its own: one that does not let go holds up no other.
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
