package dev.elastigres.monitor;

import dev.elastigres.core.monitor.AskingRules;
import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.monitor.Foresight;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.monitor.PaceRules;
import dev.elastigres.core.monitor.Rules;
import dev.elastigres.core.monitor.SampleLogRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.guard.TlsFiles;
import dev.elastigres.daemon.http.Limits;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Kind;
import dev.elastigres.daemon.settings.Parsed;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.cache.Backoff;
import dev.elastigres.monitor.cache.CachePolicy;
import dev.elastigres.monitor.cache.FileCacheConfig;
import dev.elastigres.monitor.cache.SettingFormula;
import dev.elastigres.monitor.postgres.ConnectionLimits;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.runner.RunnerConfig;
import dev.elastigres.monitor.watch.Postmaster;
import dev.elastigres.monitor.watch.Sampling;
import dev.elastigres.monitor.watch.WatchConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every setting of the monitor, and the config that they make.
final class MonitorSettings {
    /// With pods: a session for each of 1,024 containers, and as many again that are replaced.
    private static final int PODS_SESSIONS = 2048;

    /// With pods: an agent that is started anew comes for all of them at once.
    private static final int PODS_NEWCOMERS = 1024;

    /// In the place of a list of pages.
    static final String NO_PAGES = "none";

    private static final Duration PODS_SUMMARY = Duration.ofMinutes(15);

    private MonitorSettings() {}

    enum SamplingKind {
        ADAPTIVE,
        FIXED
    }

    enum Cache {
        AUTO,
        NEON,
        SETTINGS,
        NONE
    }

    // ---- what deployed monitors are told, too

    private static final Setting<HostPort> ADDR =
            Setting.of("addr", Kind.hostPort(), "Where agents connect; port 0 picks a free one")
                    .flag('a')
                    .or("127.0.0.1:10301");
    private static final Setting<String> CGROUP =
            Setting.of(
                            "cgroup",
                            Kind.text().where(MonitorSettings::isPath, "give a name or a path"),
                            "The cgroup of Postgres: a name below the cgroup root, or a path")
                    .flag('c')
                    .placeholder("NAME");
    private static final Setting<String> PGCONNSTR =
            Setting.of(
                            "pgconnstr",
                            Kind.text(),
                            "The Postgres whose cache is managed, as for libpq")
                    .flag('p')
                    .placeholder("CONNSTR")
                    .secret(MonitorSettings::withoutSecrets);

    // ---- Kubernetes

    private static final Setting<Boolean> PODS =
            Setting.of(
                    "pods",
                    Kind.toggle(),
                    "Watch the containers of a Kubernetes node that the roster names, instead of"
                            + " one Postgres");
    private static final Setting<Path> PODS_ROSTER =
            Setting.of("pods-roster", Kind.path(), "With pods: where the agent writes the roster")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");

    // ---- where things are

    private static final Setting<Path> PGDATA =
            Setting.of(
                            "pgdata",
                            Kind.path(),
                            "Postgres' data directory, to watch its process tree without cgroup v2")
                    .placeholder("DIR");
    private static final Setting<Integer> PGPID =
            Setting.of(
                            "pgpid",
                            Kind.integer(1, Integer.MAX_VALUE),
                            "The postmaster, to watch its process tree without cgroup v2")
                    .placeholder("PID");
    private static final Setting<Path> PATH_CGROUP =
            Setting.of("path.cgroup", Kind.path(), "The root of the cgroup v2 hierarchy")
                    .placeholder("DIR")
                    .or("/sys/fs/cgroup");
    private static final Setting<Path> PATH_PROCFS =
            Setting.of("path.procfs", Kind.path(), "The kernel's process files")
                    .placeholder("DIR")
                    .or("/proc");
    private static final Setting<Path> PATH_SYSFS =
            Setting.of("path.sysfs", Kind.path(), "The kernel's device files")
                    .placeholder("DIR")
                    .or("/sys");
    private static final Setting<Path> PATH_MEMINFO =
            Setting.of("path.meminfo", Kind.path(), "The memory's total, if not PROCFS/meminfo")
                    .placeholder("FILE");

    // ---- memory

    private static final Setting<SamplingKind> SAMPLING =
            Setting.of(
                            "sampling",
                            Kind.oneOf(SamplingKind.class),
                            "When memory is sampled: as the danger is, or at a fixed period as"
                                    + " other monitors do")
                    .or("adaptive");
    private static final Setting<Duration> SAMPLE_SHORTEST =
            Setting.of(
                            "sampling-shortest",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: least time between two samples, in danger")
                    .or("5ms");
    private static final Setting<Duration> SAMPLE_LONGEST =
            Setting.of(
                            "sampling-longest",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: most time between two samples, when all is calm")
                    .or("250ms");
    private static final Setting<Duration> SAMPLE_AVERAGE =
            Setting.of(
                            "sampling-average",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: time that the average is made over")
                    .or("500ms");
    private static final Setting<Duration> HORIZON =
            Setting.of(
                    "horizon",
                    Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                    "Adaptive: how far ahead to look, instead of what grants teach");
    private static final Setting<Duration> HORIZON_UNTAUGHT =
            Setting.of(
                            "horizon-untaught",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: the same, before the first grant")
                    .or("1500ms");
    private static final Setting<Duration> HORIZON_LEAST =
            Setting.of(
                            "horizon-least",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: grants never teach less")
                    .or("100ms");
    private static final Setting<Duration> HORIZON_MOST =
            Setting.of(
                            "horizon-most",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: grants never teach more")
                    .or("10s");
    private static final Setting<Double> AVAILABLE_FLOOR =
            Setting.of(
                            "available-floor",
                            Kind.decimal(0, 1).where(it -> it < 1, "give less than 1"),
                            "Part of usable memory that must be available to any process: more is"
                                    + " asked for when less is left")
                    .or("0.05");
    private static final Setting<Duration> SAMPLE_INTERVAL =
            Setting.of(
                            "memory-sample-interval",
                            Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Fixed: period of the samples")
                    .or("100ms");
    private static final Setting<Integer> SAMPLE_WINDOW =
            Setting.of(
                            "memory-sample-window",
                            Kind.integer(1, 10_000),
                            "Fixed: samples of the rolling average")
                    .or("5");
    private static final Setting<Integer> MIN_SAMPLES =
            Setting.of(
                            "memory-min-samples",
                            Kind.integer(1, 10_000),
                            "Samples without which downscales are refused")
                    .or("2");
    private static final Setting<Duration> STALE_AFTER =
            Setting.of(
                            "memory-stale-after",
                            Kind.duration(),
                            "Age from which a sample is worthless")
                    .or("5s");
    private static final Setting<Bytes> KERNEL_RESERVE =
            Setting.of("kernel-reserve", Kind.bytes(), "What the kernel keeps of the VM's memory")
                    .or("100MiB");
    private static final Setting<Double> CGROUP_OVERHEAD =
            Setting.of(
                            "cgroup-overhead",
                            Kind.decimal(0, 1)
                                    .where(
                                            it -> it > 0 && it < 1,
                                            "give more than 0 and less than 1"),
                            "Part of usable memory kept free: with 0.15, more is asked for at 85 %")
                    .or("0.15");
    private static final Setting<Bytes> DOWNSCALE_BUFFER =
            Setting.of(
                            "downscale-buffer",
                            Kind.bytes(),
                            "What must be free below the threshold after a downscale")
                    .or("100MiB");

    // ---- agents

    private static final Setting<Duration> UPSCALE_INTERVAL =
            Setting.of("upscale-interval", Kind.duration(), "Least time between two requests")
                    .or("1s");
    private static final Setting<Duration> UPSCALE_LONGEST_WAIT =
            Setting.of(
                            "upscale-longest-wait",
                            Kind.duration(),
                            "Most time between two requests while nothing is granted")
                    .or("8s");
    private static final Setting<Duration> ANSWER_LIMIT =
            Setting.of("answer-limit", Kind.duration(), "How long an answer may wait for Postgres")
                    .or("3s");
    private static final Setting<Duration> SETUP_LIMIT =
            Setting.of("setup-limit", Kind.duration(), "From connecting to a finished handshake")
                    .or("4s");
    private static final Setting<Bytes> MESSAGE_SIZE =
            Setting.of(
                            "message-size",
                            Kind.bytes(Bytes.ofKibibytes(1), Bytes.ofMebibytes(16)),
                            "The largest message taken from an agent")
                    .or("64KiB");
    private static final Setting<Integer> NEWCOMERS =
            Setting.of(
                            "newcomers",
                            Kind.integer(1, 10_000),
                            "Connections without a handshake, and as many requests; the oldest"
                                    + " goes first")
                    .or("16");
    private static final Setting<Integer> SESSIONS =
            Setting.of(
                            "sessions",
                            Kind.integer(1, 10_000),
                            "Sessions, replaced ones among them; these go first")
                    .or("64");

    // ---- access

    private static final List<String> OPENABLE =
            List.of(NO_PAGES, "/healthz", "/readyz", "/status", "/metrics");
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,?#@]+");
    private static final Setting<List<String>> ALLOWED_ORIGINS =
            Setting.of(
                    "allowed-origins",
                    Kind.texts(
                            "ORIGINS",
                            it -> ORIGIN.matcher(it.toLowerCase(Locale.ROOT)).matches(),
                            "give origins like https://console.example.com"),
                    "Web pages of these may act as agents; others get 403");
    private static final Setting<Path> TOKEN_FILE =
            Setting.of(
                            "token-file",
                            Kind.path(),
                            "The bearer token that agents and readers of pages must show; reread"
                                    + " when it changes")
                    .placeholder("FILE");
    private static final Setting<List<String>> OPEN_PAGES =
            Setting.of(
                            "open-pages",
                            Kind.texts(
                                    "PATHS",
                                    OPENABLE::contains,
                                    "give some of " + String.join(", ", OPENABLE)),
                            "Pages that everybody may read although there is a token")
                    .or("/healthz,/readyz");
    private static final Setting<Path> TLS_CERT =
            Setting.of(
                            "tls-cert",
                            Kind.path(),
                            "Agents are served over TLS with this certificate and its chain (PEM)")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_KEY =
            Setting.of("tls-key", Kind.path(), "The certificate's private key (PEM)")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_CLIENT_CA =
            Setting.of(
                            "tls-client-ca",
                            Kind.path(),
                            "Agents must have a certificate that one of these signed (PEM)")
                    .placeholder("FILE");
    private static final Setting<HostPort> PAGES_ADDR =
            Setting.of(
                    "pages-addr",
                    Kind.hostPort(),
                    "Where the pages are served, unencrypted, if not on agents' address");

    // ---- cache

    private static final Setting<Cache> CACHE =
            Setting.of(
                            "cache",
                            Kind.oneOf(Cache.class),
                            "What follows memory: neon's file cache, settings, or nothing")
                    .or("auto");
    private static final Setting<Bytes> CACHE_CEILING =
            Setting.of("cache-ceiling", Kind.bytes(), "Never set a cache above this");
    private static final Setting<String> CACHE_SETTINGS =
            Setting.of(
                            "cache-settings",
                            Kind.text()
                                    .where(
                                            MonitorSettings::areFormulas,
                                            "give NAME=PERCENT%[:LEAST..MOST], separated by commas"),
                            "Settings of Postgres that follow usable memory")
                    .placeholder("FORMULAS")
                    .or("effective_cache_size=75%");
    private static final Setting<Double> CACHE_MULTIPLIER =
            Setting.of(
                            "cache-multiplier",
                            Kind.decimal(0, 1),
                            "The most of usable memory for neon's cache")
                    .or("0.75");
    private static final Setting<Bytes> CACHE_MIN_LEFT =
            Setting.of(
                            "cache-min-left",
                            Kind.bytes(),
                            "What neon's cache always leaves to Postgres")
                    .or("256MiB");
    private static final Setting<Double> CACHE_SPREAD =
            Setting.of(
                            "cache-spread",
                            Kind.decimal(0, 100),
                            "What neon's cache costs beyond its size")
                    .or("0.1");

    // ---- Postgres

    private static final Setting<Duration> CONNECT_LIMIT =
            Setting.of("postgres-connect-limit", Kind.duration(), "How long connecting may take")
                    .or("2s");
    private static final Setting<Duration> STATEMENT_LIMIT =
            Setting.of("postgres-statement-limit", Kind.duration(), "How long a statement may take")
                    .or("2s");
    private static final Setting<Duration> RETRY_FIRST =
            Setting.of(
                            "postgres-retry-first",
                            Kind.duration(),
                            "First wait before connecting again")
                    .or("100ms");
    private static final Setting<Duration> RETRY_LONGEST =
            Setting.of(
                            "postgres-retry-longest",
                            Kind.duration(),
                            "Longest wait before connecting again")
                    .or("5s");
    private static final Setting<Duration> PROBE_INTERVAL =
            Setting.of(
                            "postgres-probe-interval",
                            Kind.duration(),
                            "How often Postgres is looked at")
                    .or("5s");
    private static final Setting<Duration> REFUSAL_RETRY =
            Setting.of(
                            "postgres-refusal-retry",
                            Kind.duration(),
                            "How long after a refusal the same size is tried again")
                    .or("30s");

    // ---- CPUs

    private static final Setting<Boolean> CPU_DEMAND =
            Setting.of(
                            "cpu-demand",
                            Kind.onOff(),
                            "Ask agents that speak v1.1 for CPUs while tasks wait for one")
                    .or("on");
    private static final Setting<Optional<HostPort>> CPU_ADDR =
            Setting.of(
                            "cpu.addr",
                            Kind.hostPort()
                                    .where(
                                            MonitorSettings::isOfThisMachine,
                                            "give an address of loopback or of a local link")
                                    .orOff(),
                            "Where the hypervisor switches CPUs on and off (PUT /cpu)")
                    .or("off");

    // ---- metrics

    private static final Setting<Optional<HostPort>> METRICS_HOST_ADDR =
            Setting.of(
                    "metrics.host-addr",
                    Kind.hostPort().orOff(),
                    "Where the machine's metrics are; if not said, port 9100 beside addr");
    private static final Setting<Optional<HostPort>> METRICS_CACHE_ADDR =
            Setting.of(
                    "metrics.cache-addr",
                    Kind.hostPort().orOff(),
                    "Where neon's cache metrics are; if not said, port 9499 beside addr");

    // ---- log

    private static final Setting<Duration> LOG_SUMMARY =
            Setting.of(
                            "log-summary-interval",
                            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                            "How often a line says how everything stands")
                    .or("1m");
    private static final Setting<Integer> SAMPLE_LOG_COUNT =
            Setting.of("sample-log-count", Kind.integer(1, 100_000), "Samples a line (level debug)")
                    .or("20");
    private static final Setting<Double> SAMPLE_LOG_FRACTION =
            Setting.of(
                            "sample-log-fraction",
                            Kind.decimal(0, 1),
                            "Logged after a change by this part")
                    .or("0.125");
    private static final Setting<Bytes> SAMPLE_LOG_AMOUNT =
            Setting.of("sample-log-amount", Kind.bytes(), "Logged after a change by this much")
                    .or("128MiB");
    private static final Setting<Duration> SAMPLE_LOG_SILENCE =
            Setting.of("sample-log-silence", Kind.duration(), "Logged after this long in any case")
                    .or("15s");

    /// @param environment completes connection strings, as with libpq
    static SettingTable table(Map<String, String> environment) {
        return SettingTable.of("elastigres monitor")
                .group("Main", ADDR, CGROUP, PGCONNSTR)
                .group("Kubernetes", PODS, PODS_ROSTER)
                .group(
                        "Where things are",
                        PGDATA,
                        PGPID,
                        PATH_CGROUP,
                        PATH_PROCFS,
                        PATH_SYSFS,
                        PATH_MEMINFO)
                .group(
                        "Memory",
                        SAMPLING,
                        SAMPLE_SHORTEST,
                        SAMPLE_LONGEST,
                        SAMPLE_AVERAGE,
                        HORIZON,
                        HORIZON_UNTAUGHT,
                        HORIZON_LEAST,
                        HORIZON_MOST,
                        SAMPLE_INTERVAL,
                        SAMPLE_WINDOW,
                        MIN_SAMPLES,
                        STALE_AFTER,
                        KERNEL_RESERVE,
                        CGROUP_OVERHEAD,
                        AVAILABLE_FLOOR,
                        DOWNSCALE_BUFFER)
                .group(
                        "Agents",
                        UPSCALE_INTERVAL,
                        UPSCALE_LONGEST_WAIT,
                        ANSWER_LIMIT,
                        SETUP_LIMIT,
                        MESSAGE_SIZE,
                        NEWCOMERS,
                        SESSIONS)
                .group(
                        "Access",
                        TOKEN_FILE,
                        OPEN_PAGES,
                        TLS_CERT,
                        TLS_KEY,
                        TLS_CLIENT_CA,
                        PAGES_ADDR,
                        HostNames.SETTING,
                        ALLOWED_ORIGINS)
                .group(
                        "Cache",
                        CACHE,
                        CACHE_CEILING,
                        CACHE_SETTINGS,
                        CACHE_MULTIPLIER,
                        CACHE_MIN_LEFT,
                        CACHE_SPREAD)
                .group(
                        "Postgres",
                        CONNECT_LIMIT,
                        STATEMENT_LIMIT,
                        RETRY_FIRST,
                        RETRY_LONGEST,
                        PROBE_INTERVAL,
                        REFUSAL_RETRY)
                .group("CPUs", CPU_DEMAND, CPU_ADDR)
                .group("Metrics", METRICS_HOST_ADDR, METRICS_CACHE_ADDR)
                .group(
                        "Log",
                        LogSettings.FORMAT,
                        LogSettings.LEVEL,
                        LOG_SUMMARY,
                        SAMPLE_LOG_COUNT,
                        SAMPLE_LOG_FRACTION,
                        SAMPLE_LOG_AMOUNT,
                        SAMPLE_LOG_SILENCE)
                .foreign("ELASTIGRES_KUBECONFIG")
                .rule(MonitorSettings::podsOrOne, PODS)
                .rule(MonitorSettings::oneProcess, PGDATA, PGPID)
                .rule(MonitorSettings::pace, SAMPLE_SHORTEST, SAMPLE_LONGEST, SAMPLE_AVERAGE)
                .rule(MonitorSettings::foresight, HORIZON_UNTAUGHT, HORIZON_LEAST, HORIZON_MOST)
                .rule(MonitorSettings::wholeTls, TLS_CERT, TLS_KEY, TLS_CLIENT_CA)
                .rule(MonitorSettings::askingRules, UPSCALE_INTERVAL, UPSCALE_LONGEST_WAIT)
                .rule(MonitorSettings::cacheRules, CACHE_MULTIPLIER, CACHE_MIN_LEFT, CACHE_SPREAD)
                .rule(MonitorSettings::connectionLimits, CONNECT_LIMIT, STATEMENT_LIMIT)
                .rule(MonitorSettings::backoff, RETRY_FIRST, RETRY_LONGEST)
                .rule(MonitorSettings::limits, SESSIONS, NEWCOMERS, SETUP_LIMIT, MESSAGE_SIZE)
                .rule(settings -> connectionString(settings, environment), PGCONNSTR);
    }

    /// The config that `settings` make, once the table has read them with the same `environment`.
    static MonitorConfig config(Settings settings, Map<String, String> environment) {
        return new MonitorConfig(
                settings.get(ADDR),
                access(settings),
                limits(settings),
                watched(settings),
                watch(settings),
                runner(settings),
                connectionString(settings, environment),
                policy(settings),
                cache(settings),
                metrics(settings),
                new MonitorConfig.CpuControl(
                        settings.get(CPU_ADDR),
                        settings.get(PATH_SYSFS).resolve("devices/system/cpu")),
                settings.get(PODS)
                        ? Optional.of(
                                new MonitorConfig.Pods(
                                        settings.get(PODS_ROSTER), settings.get(CACHE_SETTINGS)))
                        : Optional.empty(),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    private static MonitorConfig.Access access(Settings settings) {
        Optional<TlsFiles> tls =
                settings.find(TLS_CERT)
                        .map(
                                certificate ->
                                        new TlsFiles(
                                                certificate,
                                                settings.find(TLS_KEY).orElseThrow(),
                                                settings.find(TLS_CLIENT_CA)));
        return new MonitorConfig.Access(
                tls,
                settings.find(TOKEN_FILE),
                Set.copyOf(settings.get(OPEN_PAGES)),
                settings.find(PAGES_ADDR),
                settings.find(HostNames.SETTING).orElse(List.of()),
                settings.find(ALLOWED_ORIGINS).orElse(List.of()));
    }

    private static void wholeTls(Settings settings) {
        if (settings.find(TLS_CERT).isPresent() != settings.find(TLS_KEY).isPresent())
            throw new IllegalArgumentException("TLS needs both a certificate and its key");
        if (settings.find(TLS_CLIENT_CA).isPresent() && settings.find(TLS_CERT).isEmpty())
            throw new IllegalArgumentException(
                    "clients can show certificates only where the server has one, too");
    }

    private static MonitorConfig.Watched watched(Settings settings) {
        Path root = settings.get(PATH_CGROUP);
        Path procfs = settings.get(PATH_PROCFS);
        Optional<Postmaster> byPid = settings.find(PGPID).map(Postmaster.ByPid::new);
        return new MonitorConfig.Watched(
                // A path stays what it is, a name is looked for below the root.
                settings.find(CGROUP).map(root::resolve),
                byPid.or(() -> settings.find(PGDATA).map(Postmaster.ByDataDirectory::new)),
                root,
                procfs,
                settings.find(PATH_MEMINFO).orElse(procfs.resolve("meminfo")));
    }

    /// Of what is one Postgres' or its machine's, there are many.
    private static void podsOrOne(Settings settings) {
        if (!settings.get(PODS)) {
            if (isGiven(settings, PODS_ROSTER))
                throw new IllegalArgumentException("pods-roster is for pods alone");
            return;
        }
        String others =
                Stream.of(
                                CGROUP,
                                PGCONNSTR,
                                PGDATA,
                                PGPID,
                                KERNEL_RESERVE,
                                CACHE,
                                CPU_ADDR,
                                METRICS_HOST_ADDR,
                                METRICS_CACHE_ADDR)
                        .filter(it -> isGiven(settings, it))
                        .map(Setting::name)
                        .collect(Collectors.joining(", "));
        if (!others.isEmpty())
            throw new IllegalArgumentException(
                    "with pods, each container has its own from the roster and its cgroup: leave"
                            + " out "
                            + others);
    }

    /// What is off is nowhere.
    private static boolean isGiven(Settings settings, Setting<?> setting) {
        return settings.isChanged(setting)
                && !settings.find(setting).equals(Optional.of(Optional.empty()));
    }

    private static void oneProcess(Settings settings) {
        if (settings.find(PGDATA).isPresent() && settings.find(PGPID).isPresent())
            throw new IllegalArgumentException("name Postgres by one of them");
    }

    private static WatchConfig watch(Settings settings) {
        boolean debug = settings.get(LogSettings.LEVEL) == Level.DEBUG;
        return new WatchConfig(sampling(settings), debug ? settings.get(SAMPLE_LOG_COUNT) : 0);
    }

    private static Sampling sampling(Settings settings) {
        return switch (settings.get(SAMPLING)) {
            case ADAPTIVE -> new Sampling.Adaptive(pace(settings), kernelReserve(settings));
            case FIXED ->
                    new Sampling.Fixed(settings.get(SAMPLE_INTERVAL), settings.get(SAMPLE_WINDOW));
        };
    }

    private static PaceRules pace(Settings settings) {
        return new PaceRules(
                settings.get(SAMPLE_SHORTEST),
                settings.get(SAMPLE_LONGEST),
                settings.get(SAMPLE_AVERAGE));
    }

    private static Foresight foresight(Settings settings) {
        return settings.find(HORIZON)
                .map(Foresight::fixed)
                .orElseGet(
                        () ->
                                new Foresight(
                                        settings.get(HORIZON_UNTAUGHT),
                                        settings.get(HORIZON_LEAST),
                                        settings.get(HORIZON_MOST)));
    }

    private static RunnerConfig runner(Settings settings) {
        var memory =
                new MemoryRules(
                        kernelReserve(settings),
                        settings.get(CGROUP_OVERHEAD),
                        settings.get(AVAILABLE_FLOOR),
                        settings.get(DOWNSCALE_BUFFER),
                        settings.get(MIN_SAMPLES),
                        settings.get(STALE_AFTER));
        var sampleLog =
                new SampleLogRules(
                        settings.get(SAMPLE_LOG_FRACTION),
                        settings.get(SAMPLE_LOG_AMOUNT),
                        settings.get(SAMPLE_LOG_SILENCE));
        return new RunnerConfig(
                new Rules(
                        memory,
                        askingRules(settings),
                        settings.get(SAMPLING) == SamplingKind.ADAPTIVE
                                ? Optional.of(foresight(settings))
                                : Optional.empty(),
                        settings.get(CPU_DEMAND) ? Optional.of(CpuRules.DEFAULT) : Optional.empty(),
                        settings.get(ANSWER_LIMIT)),
                sampleLog,
                summaryEvery(settings));
    }

    /// A line a minute for each of many would be all that is in the log.
    private static Duration summaryEvery(Settings settings) {
        return settings.get(PODS) && !isGiven(settings, LOG_SUMMARY)
                ? PODS_SUMMARY
                : settings.get(LOG_SUMMARY);
    }

    /// A container's limit is the kernel's word already, and what the kernel takes for it counts as
    /// its own.
    private static Bytes kernelReserve(Settings settings) {
        return settings.get(PODS) ? Bytes.ZERO : settings.get(KERNEL_RESERVE);
    }

    private static AskingRules askingRules(Settings settings) {
        return new AskingRules(settings.get(UPSCALE_INTERVAL), settings.get(UPSCALE_LONGEST_WAIT));
    }

    private static Limits limits(Settings settings) {
        Limits common = Limits.DEFAULT;
        return new Limits(
                common.headSize(),
                common.headers(),
                (int) settings.get(MESSAGE_SIZE).value(),
                forAll(settings, SESSIONS, PODS_SESSIONS),
                forAll(settings, NEWCOMERS, PODS_NEWCOMERS),
                settings.get(SETUP_LIMIT),
                common.outbox(),
                common.pingAfter(),
                common.deadAfter(),
                common.closeWait(),
                common.writeWait());
    }

    /// The value of `setting`; with pods, and unless it is given, `withPods`.
    private static int forAll(Settings settings, Setting<Integer> setting, int withPods) {
        return settings.get(PODS) && !isGiven(settings, setting) ? withPods : settings.get(setting);
    }

    private static CachePolicy policy(Settings settings) {
        String name = settings.get(CACHE).name().toLowerCase(Locale.ROOT);
        return CachePolicy.parse(name, settings.get(CACHE_SETTINGS));
    }

    private static boolean isPath(String text) {
        return Kind.path().parser().apply(text) instanceof Parsed.Good;
    }

    private static boolean areFormulas(String text) {
        try {
            return !SettingFormula.parseAll(text).isEmpty();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whoever reaches the monitor from outside the VM reads its metrics there, too.
    private static MonitorConfig.MetricsAddresses metrics(Settings settings) {
        return new MonitorConfig.MetricsAddresses(
                settings.find(METRICS_HOST_ADDR).orElseGet(() -> besideAddr(settings, 9100)),
                settings.find(METRICS_CACHE_ADDR).orElseGet(() -> besideAddr(settings, 9499)));
    }

    /// Only this VM and its host can reach these addresses.
    private static boolean isOfThisMachine(HostPort address) {
        InetAddress ip = address.resolve().getAddress();
        return ip != null && (ip.isLoopbackAddress() || ip.isLinkLocalAddress());
    }

    private static Optional<HostPort> besideAddr(Settings settings, int port) {
        return Optional.of(new HostPort(settings.get(ADDR).host(), port));
    }

    private static FileCacheConfig cache(Settings settings) {
        return new FileCacheConfig(
                cacheRules(settings),
                settings.find(CACHE_CEILING).orElse(Bytes.MAX),
                connectionLimits(settings),
                backoff(settings),
                settings.get(PROBE_INTERVAL),
                settings.get(REFUSAL_RETRY),
                metrics(settings).cache().isPresent());
    }

    private static CacheRules cacheRules(Settings settings) {
        return new CacheRules(
                settings.get(CACHE_MULTIPLIER),
                settings.get(CACHE_MIN_LEFT),
                settings.get(CACHE_SPREAD));
    }

    private static ConnectionLimits connectionLimits(Settings settings) {
        return new ConnectionLimits(settings.get(CONNECT_LIMIT), settings.get(STATEMENT_LIMIT));
    }

    private static Backoff backoff(Settings settings) {
        return new Backoff(settings.get(RETRY_FIRST), settings.get(RETRY_LONGEST));
    }

    private static Optional<ConnectionString> connectionString(
            Settings settings, Map<String, String> environment) {
        return settings.find(PGCONNSTR).map(text -> ConnectionString.parse(text, environment));
    }

    private static String withoutSecrets(String text) {
        try {
            return ConnectionString.parse(text, Map.of()).toString();
        } catch (IllegalArgumentException _) {
            return "***";
        }
    }
}
