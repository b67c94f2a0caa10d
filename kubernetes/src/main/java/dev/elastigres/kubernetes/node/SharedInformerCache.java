package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Moment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/// A view of a cache that another component owns. The owner signals changes but does not report why
/// its watch fails. [#check] finds the reason with a request of its own, and only while the watch
/// does not work. `check` must be called by one thread; the other methods are thread-safe.
public final class SharedInformerCache<T> implements ObjectCache<T> {
    /// Time without a watch before the first request; the owner restarts a watch that ends after a
    /// second.
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(3);

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(10);

    /// Time without a watch after which a successful request no longer proves that the watch works.
    private static final Duration REPORT_AFTER = Duration.ofMinutes(1);

    private final InformerOwner<T> owner;
    private final Runnable probe;
    private final ActiveProblems problems;
    private final String what;
    private Optional<Moment> lostAt = Optional.empty();
    private Optional<Moment> probedAt = Optional.empty();

    /// Access to the owner of the cache.
    ///
    /// @param all the cached objects
    /// @param synced whether the initial list has been received
    /// @param watching whether the watch works
    public record InformerOwner<T>(
            Supplier<Collection<T>> all, Supplier<Boolean> synced, Supplier<Boolean> watching) {}

    /// @param probe sends a small request for these objects
    /// @param what the operation of the owner, such as `list and watch pods`
    public SharedInformerCache(
            InformerOwner<T> owner, Runnable probe, ActiveProblems problems, String what) {
        this.owner = owner;
        this.probe = probe;
        this.problems = problems;
        this.what = what;
    }

    /// Does nothing: the owner starts the cache.
    @Override
    public void start() {}

    @Override
    public boolean hasSynced() {
        return owner.synced.get();
    }

    private boolean isWatched() {
        return owner.watching.get() && hasSynced();
    }

    @Override
    public boolean isWell() {
        return isWatched() && !problems.isIn(what);
    }

    @Override
    public void check() {
        if (isWatched()) {
            lostAt = Optional.empty();
            problems.end(what);
            return;
        }
        Moment now = new Moment(System.nanoTime());
        if (lostAt.isEmpty()) lostAt = Optional.of(now);
        Duration lost = now.since(lostAt.get());
        boolean isProbedRecently =
                probedAt.isPresent() && now.since(probedAt.get()).compareTo(PROBE_INTERVAL) < 0;
        if (lost.compareTo(GRACE_PERIOD) < 0 || isProbedRecently) return;
        probedAt = Optional.of(now);
        try {
            probe.run();
            if (lost.compareTo(REPORT_AFTER) > 0) problems.begin(what, "its watch ends repeatedly");
        } catch (KubernetesClientException e) {
            problems.begin(what, InformerCache.why(e));
        }
    }

    @Override
    public Collection<T> all() {
        return owner.all.get();
    }

    /// Does nothing: the owner closes the cache.
    @Override
    public void close() {}
}
