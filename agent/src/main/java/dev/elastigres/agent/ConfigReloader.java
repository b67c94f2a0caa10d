package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.daemon.thread.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Checks the settings file once a second and applies its changes. A setting that cannot change at
/// run time is logged as needing a restart. While the file is invalid, all settings stay as they
/// were.
final class ConfigReloader implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Settings atStart;
    private final AgentSettings table;
    private final ConfigSource reading;
    private final Consumer<ReloadableConfig> apply;
    private final Consumer<Optional<String>> problem;
    private final Supplier<List<String>> notes;
    private final AgentMeters meters;
    private final Log log;
    private final Thread thread = Thread.ofVirtual().name("reload").unstarted(this::run);

    /// The settings of the last valid reading. Written by the reloader's thread only.
    private volatile Settings current;

    // Used by the reloader's thread only.
    private ReloadableConfig live;
    private boolean looked;
    private boolean broken;
    private Set<String> noted = Set.of();
    private Optional<FileStamp> seen = Optional.empty();

    /// Reads all configuration sources anew.
    @FunctionalInterface
    interface ConfigSource {
        Invocation read() throws UsageException;
    }

    /// Attributes of which at least one changes when the file is written or replaced.
    private record FileStamp(FileTime modified, long size, Object file) {}

    /// Creates a reloader that is not started yet.
    ///
    /// @param settings the settings with which the agent started
    /// @param problem receives the problem with the file; empty if the file is valid
    /// @param notes oddities of the settings; each new one is logged once
    ConfigReloader(
            Settings settings,
            AgentSettings table,
            ConfigSource reading,
            Consumer<ReloadableConfig> apply,
            Consumer<Optional<String>> problem,
            Supplier<List<String>> notes,
            AgentMeters meters,
            Log log) {
        atStart = settings;
        current = settings;
        this.table = table;
        live = table.live(settings);
        this.reading = reading;
        this.apply = apply;
        this.problem = problem;
        this.notes = notes;
        this.meters = meters;
        this.log = log;
    }

    /// Starts the thread; does nothing if there is no settings file.
    ConfigReloader start() {
        if (atStart.file().isPresent()) thread.start();
        return this;
    }

    /// Returns the settings of the last valid reading. Thread-safe.
    Settings current() {
        return current;
    }

    private void run() {
        try {
            while (true) {
                try {
                    look();
                } catch (RuntimeException | Error bug) {
                    // The next change of the file is the next attempt.
                    meters.reloaded(false);
                    log.error("the settings cannot be read and stay unchanged", "error", bug);
                    broken = true;
                    problem.accept(
                            Optional.of("the settings file cannot be read because of a bug"));
                }
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException _) {
            // Closing.
        }
    }

    /// Checks the file once. The first check always reads the file, which may have changed since
    /// the start.
    void look() {
        lookAtFile();
        Set<String> odd = new LinkedHashSet<>(notes.get());
        for (String each : odd) if (!noted.contains(each)) log.warn(each);
        noted = odd;
    }

    private void lookAtFile() {
        Optional<FileStamp> now = atStart.file().flatMap(ConfigReloader::stamp);
        if (looked && now.equals(seen)) return;
        looked = true;
        seen = now;
        try {
            if (reading.read() instanceof Invocation.Run(Settings later)) take(later);
            if (broken) log.info("the settings file is valid again");
            broken = false;
            problem.accept(Optional.empty());
        } catch (UsageException e) {
            broken = true;
            meters.reloaded(false);
            String problems = String.join("; ", e.problems());
            log.warn("the settings file is invalid, settings stay unchanged", "problems", problems);
            problem.accept(
                    Optional.of(
                            "the settings file is invalid, and the settings stay unchanged: "
                                    + problems));
        }
    }

    private static Optional<FileStamp> stamp(Path file) {
        try {
            var is = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new FileStamp(is.lastModifiedTime(), is.size(), String.valueOf(is.fileKey())));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void take(Settings later) {
        SortedSet<String> changes = current.changes(later);
        ReloadableConfig changed = table.live(later);
        current = later;
        if (!changes.isEmpty() || !changed.equals(live)) logChanges(later, changes);
        if (changed.equals(live)) return;
        live = changed;
        apply.accept(changed);
    }

    private void logChanges(Settings later, SortedSet<String> changes) {
        meters.reloaded(true);
        log.info(
                "the settings file changed",
                "settings",
                String.join(", ", changes),
                "sections",
                String.join(", ", later.sections().keySet()));
        SortedSet<String> late = table.needRestart(atStart, later);
        if (!late.isEmpty())
            log.warn(
                    "these settings take effect after a restart",
                    "settings",
                    String.join(", ", late));
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
