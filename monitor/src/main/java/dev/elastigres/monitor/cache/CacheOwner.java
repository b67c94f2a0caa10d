package dev.elastigres.monitor.cache;

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

/// The only owner of the connection and of all that is known of the database: nothing needs a lock.
final class CacheOwner {
    private final CacheDependencies wiring;
    private final CacheInbox inbox;

    private @Nullable PostgresConnection connection;
    private @Nullable CacheControl control;

    private Optional<Bytes> wanted = Optional.empty();

    /// Whether the wanted size is still to be set on this connection.
    private boolean pending;

    /// Connecting, or applying what was refused.
    private Moment nextTry = now();

    private Moment nextProbe = now();
    private Moment nextCollection = now();
    private int failures;

    /// Of the server seen last; before the first, of the policy.
    private boolean holdsMemory;

    private String found = "";
    private Optional<CacheOutcome> lastOutcome = Optional.empty();
    private volatile CacheStatus status;
    private volatile Optional<CacheStatistics> statistics = Optional.empty();

    /// What a file cache is made of.
    record CacheDependencies(
            ConnectionString target,
            CachePolicy policy,
            FileCacheConfig config,
            Consumer<CacheReport> reports) {}

    CacheOwner(CacheDependencies wiring, CacheInbox inbox) {
        this.wiring = wiring;
        this.inbox = inbox;
        holdsMemory = wiring.policy().holdsMemory();
        DatabaseState first =
                isManaged()
                        ? new DatabaseState.Unknown(holdsMemory)
                        : new DatabaseState.Unmanaged();
        status =
                new CacheStatus(
                        wiring.policy().name(),
                        found,
                        first,
                        Instant.now(),
                        Optional.empty(),
                        List.of());
    }

    CacheStatus status() {
        return status;
    }

    /// The newest ones; empty when they are too old to say anything.
    Optional<CacheStatistics> statistics() {
        return statistics.filter(
                it -> now().since(it.at()).compareTo(wiring.config().statisticsTimeout()) <= 0);
    }

    private boolean connects() {
        return isManaged() || wiring.config().statistics();
    }

    private boolean isManaged() {
        return !(wiring.policy() instanceof CachePolicy.None);
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
            // Closing, and the grace is over.
        } finally {
            disconnect();
        }
    }

    private void take() throws InterruptedException {
        Optional<Bytes> wish = inbox.take(untilDue());
        if (inbox.isClosed()) return;
        if (wish.isPresent()) answer(wish.get());
        else if (connects() && !untilDue().isPositive()) work();
        collect();
    }

    /// Begins anew after a bug, or after an error of the driver: without an owner no downscale
    /// would be agreed to any more. What it had of the server may be what has failed.
    private void recover(Throwable bug) {
        disconnect();
        failed(new PostgresException.Refusing("its cache cannot be managed", bug));
    }

    /// At most an hour: without anything to do there are still wishes to wait for.
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
        // A hung server takes its full limit each time, and whoever wishes is waiting: it hears
        // what is known, and the next try is made when it is due.
        if (connection == null && status.database() instanceof DatabaseState.Hung hung) {
            report(new CacheOutcome.Failed(usable, hung));
            return;
        }
        nextTry = now();
        work();
    }

    /// Does what is due: connect, apply, probe.
    private void work() throws InterruptedException {
        boolean reused = connection != null;
        try {
            step();
        } catch (PostgresException.Down e) {
            // A connection from before a restart says nothing about the server now.
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
            open = PostgresConnection.open(wiring.target(), wiring.config().limits());
            connection = open;
            pending = wanted.isPresent();
            nextTry = now();
        }
        CacheControl deciding = control;
        if (deciding == null) {
            deciding = CacheControl.of(wiring.policy(), open, wiring.config());
            control = deciding;
            identified(deciding);
            // What is in force is known even when setting it is then refused.
            publish(status.database(), deciding.read());
        }
        if (pending && wanted.isPresent() && !nextTry.isAfter(now())) {
            Bytes usable = wanted.get();
            CacheControl.SizingResult result = deciding.apply(usable);
            List<CacheStatus.CacheSettingStatus> settings = deciding.read();
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
            List<CacheStatus.CacheSettingStatus> settings = deciding.read();
            if (pending) publish(status.database(), settings);
            else succeeded(settings);
        }
        nextProbe = now().plus(wiring.config().probe());
    }

    /// Comes after what was wished for, and is no judge of the server: the next probe is.
    private void collect() {
        PostgresConnection open = connection;
        if (open == null || !wiring.config().statistics() || nextCollection.isAfter(now())) return;
        nextCollection = now().plus(wiring.config().probe());
        try {
            statistics = Optional.of(CacheStatistics.read(open, now()));
        } catch (PostgresException _) {
            statistics = Optional.empty();
            if (!open.isOpen()) disconnect();
        }
    }

    private void identified(CacheControl deciding) {
        holdsMemory = deciding.holdsMemory();
        if (found.equals(deciding.found())) return;
        found = deciding.found();
        wiring.reports().accept(new CacheReport.Identified(deciding.policy(), found));
    }

    private void succeeded(List<CacheStatus.CacheSettingStatus> settings) {
        failures = 0;
        become(new DatabaseState.Up(holdsMemory), settings);
    }

    private void failed(PostgresException failure) {
        failed(failure, holdsMemory);
    }

    /// @param stuck whether what holds memory is not what was wanted
    private void failed(PostgresException failure, boolean stuck) {
        // What the end of the grace cuts says nothing about the server.
        if (Thread.currentThread().isInterrupted()) return;
        PostgresConnection open = connection;
        boolean usable =
                failure instanceof PostgresException.Refusing && open != null && open.isOpen();
        if (usable) {
            nextTry = now().plus(wiring.config().refusalRetry());
            nextProbe = now().plus(wiring.config().probe());
        } else {
            disconnect();
            failures++;
            double random = ThreadLocalRandom.current().nextDouble();
            nextTry = now().plus(wiring.config().backoff().delay(failures, random));
        }
        DatabaseState database = failure.database(stuck);
        become(database, status.settings());
        if (pending && wanted.isPresent()) report(new CacheOutcome.Failed(wanted.get(), database));
    }

    private void become(DatabaseState database, List<CacheStatus.CacheSettingStatus> settings) {
        boolean changed = !database.equals(status.database());
        publish(database, settings);
        if (changed) wiring.reports().accept(new CacheReport.StateChanged(database));
    }

    private void publish(DatabaseState database, List<CacheStatus.CacheSettingStatus> settings) {
        CacheControl decided = control;
        Instant since = database.equals(status.database()) ? status.since() : Instant.now();
        String policy = decided == null ? status.policy() : decided.policy();
        status = new CacheStatus(policy, found, database, since, wanted, settings);
    }

    /// The same outcome is not told again and again while it is tried again and again.
    private void report(CacheOutcome outcome) {
        if (lastOutcome.equals(Optional.of(outcome)) && outcome instanceof CacheOutcome.Failed)
            return;
        lastOutcome = Optional.of(outcome);
        wiring.reports().accept(new CacheReport.SizingOutcome(outcome));
    }

    private void disconnect() {
        PostgresConnection open = connection;
        connection = null;
        control = null;
        statistics = Optional.empty();
        if (open != null) open.close();
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
