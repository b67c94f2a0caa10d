package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Moment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/// Objects that somebody else keeps a copy of, who rings at their changes and does not say what
/// keeps news from coming. That is found out by asking, and only when none can come. For one
/// thread, but for what is asked of it.
public final class SharedInformerCache<T> implements ObjectCache<T> {
    /// A watch that ends begins anew after a second.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration ASK_EVERY = Duration.ofSeconds(10);

    /// After which a request that works does not speak for the watch.
    private static final Duration LONG = Duration.ofMinutes(1);

    private final InformerOwner<T> keeper;
    private final Runnable ask;
    private final ActiveProblems problems;
    private final String what;
    private Optional<Moment> lostAt = Optional.empty();
    private Optional<Moment> askedAt = Optional.empty();

    /// Whoever keeps the copy.
    ///
    /// @param all what is known
    /// @param synced whether all there was has come at least once
    /// @param watching whether news can come
    public record InformerOwner<T>(
            Supplier<Collection<T>> all, Supplier<Boolean> synced, Supplier<Boolean> watching) {}

    /// @param ask sends a small request for these objects
    /// @param what is done with them, as `list and watch pods`
    public SharedInformerCache(
            InformerOwner<T> keeper, Runnable ask, ActiveProblems problems, String what) {
        this.keeper = keeper;
        this.ask = ask;
        this.problems = problems;
        this.what = what;
    }

    /// Its keeper has begun, or will.
    @Override
    public void start() {}

    @Override
    public boolean hasSynced() {
        return keeper.synced.get();
    }

    private boolean isKept() {
        return keeper.watching.get() && hasSynced();
    }

    @Override
    public boolean isWell() {
        return isKept() && !problems.isIn(what);
    }

    @Override
    public void check() {
        if (isKept()) {
            lostAt = Optional.empty();
            problems.end(what);
            return;
        }
        Moment now = new Moment(System.nanoTime());
        if (lostAt.isEmpty()) lostAt = Optional.of(now);
        Duration lost = now.since(lostAt.get());
        boolean asked = askedAt.isPresent() && now.since(askedAt.get()).compareTo(ASK_EVERY) < 0;
        if (lost.compareTo(PATIENCE) < 0 || asked) return;
        askedAt = Optional.of(now);
        try {
            ask.run();
            if (lost.compareTo(LONG) > 0) problems.begin(what, "its watch does not stay");
        } catch (KubernetesClientException e) {
            problems.begin(what, InformerCache.why(e));
        }
    }

    @Override
    public Collection<T> all() {
        return keeper.all.get();
    }

    /// Its keeper ends it.
    @Override
    public void close() {}
}
