package dev.elastigres.monitor.cache;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Manages the cache over one connection. A single thread owns the connection and all that is known
/// of the database, so that no lock is needed; other threads read snapshots.
final class CacheOwner {
    /// Maximum postponement of a size, in reload delays.
    private static final int MAX_DELAYS = 6;

    private final CacheDependencies dependencies;
    private final CacheInbox inbox;

    private @Nullable PostgresConnection connection;
    private @Nullable CacheControl control;

    private Optional<Bytes> wanted = Optional.empty();

    /// Whether the wanted size is not yet set on this connection.
    private boolean pending;

    /// Time of the oldest postponed request; empty if no size is postponed.
    private Optional<Moment> waitingSince = Optional.empty();

    /// When to connect again, to retry a size that was refused, or to apply a postponed one.
    private Moment nextTry = now();

    private Moment nextProbe = now();
    private Moment nextCollection = now();
    private int failures;

    /// Whether managed settings hold memory, as found on the last server; before the first
    /// connection, as the policy says.
    private boolean holdsMemory;

    private String found = "";
    private Optional<CacheOutcome> lastOutcome = Optional.empty();
    private volatile CacheStatus status;
    private volatile Optional<CacheStatistics> statistics = Optional.empty();

    /// The parts that a file cache is made of.
    record CacheDependencies(
            ConnectionString target,
            CachePolicy policy,
            FileCacheConfig config,
            Consumer<CacheReport> reports) {}

    CacheOwner(CacheDependencies dependencies, CacheInbox inbox) {
        this.dependencies = dependencies;
        this.inbox = inbox;
        holdsMemory = dependencies.policy().holdsMemory();
        DatabaseState first =
                isManaged()
                        ? new DatabaseState.Unknown(holdsMemory)
                        : new DatabaseState.Unmanaged();
        status =
                new CacheStatus(
                        dependencies.policy().name(),
                        found,
                        first,
                        Instant.now(),
                        Optional.empty(),
                        List.of());
    }

    CacheStatus status() {
        return status;
    }

    /// Returns the newest statistics; empty if they are too old to be valid.
    Optional<CacheStatistics> statistics() {
        return statistics.filter(
                it ->
                        now().since(it.at()).compareTo(dependencies.config().statisticsTimeout())
                                <= 0);
    }

    private boolean connects() {
        return isManaged() || dependencies.config().statistics();
    }

    private boolean isManaged() {
        return !(dependencies.policy() instanceof CachePolicy.None);
    }

    void run() {
        try {
            while (!inbox.isClosed()) {
                try {
                    take();
                } catch (RuntimeException | Error bug) {
                    recover(bug);
                }
            }
        } catch (InterruptedException _) {
            // Closing, and the grace period is over.
        } finally {
            disconnect();
        }
    }

    private void take() throws InterruptedException {
        Optional<Bytes> requested = inbox.take(untilDue());
        if (inbox.isClosed()) return;
        if (requested.isPresent()) answer(requested.get());
        else if (connects() && !untilDue().isPositive()) work();
        collect();
    }

    /// Starts over after a bug or an error of the driver: without this thread, no downscale would
    /// be accepted again. The connection and what is known of the server are dropped, since they
    /// may be the cause.
    private void recover(Throwable bug) {
        disconnect();
        failed(new PostgresException.Refusing("its cache cannot be managed", bug));
    }

    /// At most an hour: without a connection to maintain, the thread only waits for requests.
    private Duration untilDue() {
        if (!connects()) return Duration.ofHours(1);
        Moment due = nextTry;
        if (connection != null && (!pending || nextProbe.isBefore(nextTry))) due = nextProbe;
        return due.since(now());
    }

    private void answer(Bytes usable) throws InterruptedException {
        wanted = Optional.of(usable);
        lastOutcome = Optional.empty();
        publish(status.database(), status.settings());
        if (!isManaged()) {
            report(new CacheOutcome.Applied(usable, "left the cache as it is"));
            return;
        }
        pending = true;
        // A hung server takes the full timeout each time, and the requester waits: report what is
        // known, and try again when it is due.
        if (connection == null && status.database() instanceof DatabaseState.Hung hung) {
            report(new CacheOutcome.Failed(usable, hung));
            return;
        }
        if (mayWait(usable)) {
            applyLater(usable);
            return;
        }
        nextTry = now();
        work();
    }

    private boolean mayWait(Bytes usable) {
        CacheControl active = control;
        return active != null
                && status.database() instanceof DatabaseState.Up
                && dependencies.config().reloadDelay().isPositive()
                && active.mayWait(usable);
    }

    /// Postpones a size until no other one was requested for a while: a resize comes in steps, and
    /// each reload makes every session of the server read its settings again.
    private void applyLater(Bytes usable) {
        Duration delay = dependencies.config().reloadDelay();
        Moment first = waitingSince.orElse(now());
        waitingSince = Optional.of(first);
        Moment latest = first.plus(delay.multipliedBy(MAX_DELAYS));
        Moment due = now().plus(delay);
        nextTry = due.isAfter(latest) ? latest : due;
        report(new CacheOutcome.Applied(usable, "settings are written when the size is stable"));
    }

    /// Does the work that is due: connects, applies the wanted size, probes.
    private void work() throws InterruptedException {
        boolean reused = connection != null;
        try {
            step();
        } catch (PostgresException.Down e) {
            // A failure of a connection from before a restart does not show the server's current
            // state.
            if (reused) retryOnNewConnection();
            else failed(e);
        } catch (PostgresException e) {
            failed(e);
        }
    }

    private void retryOnNewConnection() throws InterruptedException {
        disconnect();
        try {
            step();
        } catch (PostgresException e) {
            failed(e);
        }
    }

    private void step() throws PostgresException, InterruptedException {
        PostgresConnection open = connection;
        if (open == null) {
            open = PostgresConnection.open(dependencies.target(), dependencies.config().timeouts());
            connection = open;
            pending = wanted.isPresent();
            nextTry = now();
        }
        CacheControl active = control;
        if (active == null) {
            active = CacheControl.of(dependencies.policy(), open, dependencies.config());
            control = active;
            identified(active);
            // Publish the values in force even if setting them is refused afterwards.
            publish(status.database(), active.read());
        }
        if (pending && wanted.isPresent() && !nextTry.isAfter(now())) {
            waitingSince = Optional.empty();
            Bytes usable = wanted.get();
            CacheControl.SizingResult result = active.apply(usable);
            List<CacheStatus.CacheSettingStatus> settings = active.read();
            switch (result) {
                case CacheControl.SizingResult.InForce(String summary) -> {
                    pending = false;
                    succeeded(settings);
                    report(new CacheOutcome.Applied(usable, summary));
                }
                case CacheControl.SizingResult.HintsMissing(PostgresException.Refusing why) -> {
                    publish(status.database(), settings);
                    failed(why, false);
                }
            }
        } else {
            List<CacheStatus.CacheSettingStatus> settings = active.read();
            if (pending) publish(status.database(), settings);
            else succeeded(settings);
        }
        nextProbe = now().plus(dependencies.config().probe());
    }

    /// Collects statistics, if due. Requested sizes come first. A failure here does not change the
    /// known state of the server; the next probe does.
    private void collect() {
        PostgresConnection open = connection;
        if (open == null || !dependencies.config().statistics() || nextCollection.isAfter(now()))
            return;
        nextCollection = now().plus(dependencies.config().probe());
        try {
            statistics = Optional.of(CacheStatistics.read(open, now()));
        } catch (PostgresException _) {
            statistics = Optional.empty();
            if (!open.isOpen()) disconnect();
        }
    }

    private void identified(CacheControl active) {
        holdsMemory = active.holdsMemory();
        if (found.equals(active.found())) return;
        found = active.found();
        dependencies.reports().accept(new CacheReport.Identified(active.policy(), found));
    }

    private void succeeded(List<CacheStatus.CacheSettingStatus> settings) {
        failures = 0;
        become(new DatabaseState.Up(holdsMemory), settings);
    }

    private void failed(PostgresException failure) {
        failed(failure, holdsMemory);
    }

    /// @param stuck whether settings that hold memory do not have the wanted values
    private void failed(PostgresException failure, boolean stuck) {
        // An interruption at the end of the grace period does not show the server's state.
        if (Thread.currentThread().isInterrupted()) return;
        PostgresConnection open = connection;
        boolean usable =
                failure instanceof PostgresException.Refusing && open != null && open.isOpen();
        if (usable) {
            nextTry = now().plus(dependencies.config().refusalRetry());
            nextProbe = now().plus(dependencies.config().probe());
        } else {
            disconnect();
            failures++;
            double random = ThreadLocalRandom.current().nextDouble();
            nextTry = now().plus(dependencies.config().backoff().delay(failures, random));
        }
        DatabaseState database = failure.database(stuck);
        become(database, status.settings());
        if (pending && wanted.isPresent()) report(new CacheOutcome.Failed(wanted.get(), database));
    }

    private void become(DatabaseState database, List<CacheStatus.CacheSettingStatus> settings) {
        boolean changed = !database.equals(status.database());
        publish(database, settings);
        if (changed) dependencies.reports().accept(new CacheReport.StateChanged(database));
    }

    private void publish(DatabaseState database, List<CacheStatus.CacheSettingStatus> settings) {
        CacheControl decided = control;
        Instant since = database.equals(status.database()) ? status.since() : Instant.now();
        String policy = decided == null ? status.policy() : decided.policy();
        status = new CacheStatus(policy, found, database, since, wanted, settings);
    }

    /// Reports an outcome. The same failure is reported once only, although it is retried.
    private void report(CacheOutcome outcome) {
        if (lastOutcome.equals(Optional.of(outcome)) && outcome instanceof CacheOutcome.Failed)
            return;
        lastOutcome = Optional.of(outcome);
        dependencies.reports().accept(new CacheReport.SizingOutcome(outcome));
    }

    private void disconnect() {
        PostgresConnection open = connection;
        connection = null;
        control = null;
        statistics = Optional.empty();
        if (open != null) open.close();
    }
}
