package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.monitor.ForecastHorizon;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.monitor.MonitorRules;
import dev.elastigres.core.monitor.SampleLogRules;
import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.monitor.UpscaleBackoffRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.guard.ServerTlsFiles;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.cache.CachePolicy;
import dev.elastigres.monitor.cache.FileCacheConfig;
import dev.elastigres.monitor.cache.ReconnectBackoff;
import dev.elastigres.monitor.cache.SettingFormula;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import dev.elastigres.monitor.runner.RunnerConfig;
import dev.elastigres.monitor.watch.MemoryWatchConfig;
import dev.elastigres.monitor.watch.Postmaster;
import dev.elastigres.monitor.watch.SamplingConfig;
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

    enum CacheOption {
        AUTO,
        NEON,
        SETTINGS,
        NONE
    }

    // ---- what deployed monitors are told, too

    private static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Address for agents; port 0 picks a free port")
                    .flag('a')
                    .or("127.0.0.1:10301");
    private static final Setting<String> CGROUP =
            Setting.of(
                            "cgroup",
                            SettingType.text()
                                    .where(MonitorSettings::isPath, "give a name or a path"),
                            "Cgroup of Postgres: a name below the cgroup root, or a path")
                    .flag('c')
                    .placeholder("NAME");
    private static final Setting<String> PGCONNSTR =
            Setting.of(
                            "pgconnstr",
                            SettingType.text(),
                            "Connection string (libpq) of the Postgres whose caches are sized")
                    .flag('p')
                    .placeholder("CONNSTR")
                    .secret(MonitorSettings::withoutSecrets);

    // ---- Kubernetes

    private static final Setting<Boolean> PODS =
            Setting.of(
                    "pods",
                    SettingType.toggle(),
                    "Watch the containers of a Kubernetes node's watch list"
                            + " instead of one Postgres");
    private static final Setting<Path> PODS_WATCH_LIST =
            Setting.of(
                            "pods-watch-list",
                            SettingType.path(),
                            "With pods: watch list file that the agent writes")
                    .placeholder("FILE")
                    .or("/run/elastigres/pods.json");

    // ---- where things are

    private static final Setting<Path> PGDATA =
            Setting.of(
                            "pgdata",
                            SettingType.path(),
                            "Postgres' data directory; watches the process tree without cgroup v2")
                    .placeholder("DIR");
    private static final Setting<Integer> PGPID =
            Setting.of(
                            "pgpid",
                            SettingType.integer(1, Integer.MAX_VALUE),
                            "PID of the postmaster; watches the process tree without cgroup v2")
                    .placeholder("PID");
    private static final Setting<Path> PATH_CGROUP =
            Setting.of("path.cgroup", SettingType.path(), "Root of the cgroup v2 hierarchy")
                    .placeholder("DIR")
                    .or("/sys/fs/cgroup");
    private static final Setting<Path> PATH_PROCFS =
            Setting.of("path.procfs", SettingType.path(), "Mount point of procfs")
                    .placeholder("DIR")
                    .or("/proc");
    private static final Setting<Path> PATH_SYSFS =
            Setting.of("path.sysfs", SettingType.path(), "Mount point of sysfs")
                    .placeholder("DIR")
                    .or("/sys");
    private static final Setting<Path> PATH_MEMINFO =
            Setting.of(
                            "path.meminfo",
                            SettingType.path(),
                            "File with the machine's MemTotal; default: PROCFS/meminfo")
                    .placeholder("FILE");

    // ---- memory

    private static final Setting<SamplingKind> SAMPLING =
            Setting.of(
                            "sampling",
                            SettingType.oneOf(SamplingKind.class),
                            "When memory is sampled: as the danger is, or at a fixed period as"
                                    + " other monitors do")
                    .or("adaptive");
    private static final Setting<Duration> SAMPLE_MIN =
            Setting.of(
                            "sampling-interval-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: minimum sampling interval, near the threshold")
                    .or("5ms");
    private static final Setting<Duration> SAMPLE_MAX =
            Setting.of(
                            "sampling-interval-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: maximum sampling interval, far from the threshold")
                    .or("250ms");
    private static final Setting<Duration> SAMPLE_AVERAGE =
            Setting.of(
                            "sampling-average-window",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: averaging window")
                    .or("500ms");
    private static final Setting<Duration> HORIZON =
            Setting.of(
                    "horizon",
                    SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                    "Adaptive: fixed forecast horizon, instead of one learned from grants");
    private static final Setting<Duration> HORIZON_UNTAUGHT =
            Setting.of(
                            "horizon-initial",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: forecast horizon before the first grant")
                    .or("1500ms");
    private static final Setting<Duration> HORIZON_MIN =
            Setting.of(
                            "horizon-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: minimum learned horizon")
                    .or("100ms");
    private static final Setting<Duration> HORIZON_MAX =
            Setting.of(
                            "horizon-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: maximum learned horizon")
                    .or("10s");
    private static final Setting<Double> AVAILABLE_FLOOR =
            Setting.of(
                            "min-available-fraction",
                            SettingType.decimal(0, 1).where(it -> it < 1, "give less than 1"),
                            "Part of usable memory that must be available to any process: more is"
                                    + " asked for when less is left")
                    .or("0.05");
    private static final Setting<Duration> SAMPLE_INTERVAL =
            Setting.of(
                            "memory-sample-interval",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Fixed: sampling interval")
                    .or("100ms");
    private static final Setting<Integer> SAMPLE_WINDOW =
            Setting.of(
                            "memory-sample-window",
                            SettingType.integer(1, 10_000),
                            "Fixed: number of samples in the rolling average")
                    .or("5");
    private static final Setting<Integer> MIN_SAMPLES =
            Setting.of(
                            "memory-min-samples",
                            SettingType.integer(1, 10_000),
                            "Samples required before a downscale is accepted")
                    .or("2");
    private static final Setting<Duration> STALE_AFTER =
            Setting.of("memory-max-age", SettingType.duration(), "Maximum age of a memory sample")
                    .or("5s");
    private static final Setting<Bytes> KERNEL_RESERVE =
            Setting.of(
                            "kernel-reserve",
                            SettingType.bytes(),
                            "Memory that the kernel keeps for itself")
                    .or("100MiB");
    private static final Setting<Double> CGROUP_OVERHEAD =
            Setting.of(
                            "cgroup-overhead",
                            SettingType.decimal(0, 1)
                                    .where(
                                            it -> it > 0 && it < 1,
                                            "give more than 0 and less than 1"),
                            "Part of usable memory kept free: with 0.15, more is asked for at 85 %")
                    .or("0.15");
    private static final Setting<Bytes> DOWNSCALE_BUFFER =
            Setting.of(
                            "downscale-buffer",
                            SettingType.bytes(),
                            "Memory that must be free below the threshold after a downscale")
                    .or("100MiB");

    // ---- agents

    private static final Setting<Duration> UPSCALE_INTERVAL =
            Setting.of(
                            "upscale-interval",
                            SettingType.duration(),
                            "Minimum interval between two upscale requests")
                    .or("1s");
    private static final Setting<Duration> UPSCALE_MAX_WAIT =
            Setting.of(
                            "upscale-backoff-max",
                            SettingType.duration(),
                            "Maximum backoff between upscale requests that are not granted")
                    .or("8s");
    private static final Setting<Duration> ANSWER_TIMEOUT =
            Setting.of(
                            "answer-timeout",
                            SettingType.duration(),
                            "Timeout of an answer that waits for Postgres")
                    .or("3s");
    private static final Setting<Duration> SETUP_TIMEOUT =
            Setting.of(
                            "handshake-timeout",
                            SettingType.duration(),
                            "Timeout of a handshake, from the connection on")
                    .or("4s");
    private static final Setting<Bytes> MESSAGE_SIZE =
            Setting.of(
                            "max-message-size",
                            SettingType.bytes(Bytes.ofKibibytes(1), Bytes.ofMebibytes(16)),
                            "Maximum size of a message from an agent")
                    .or("64KiB");
    private static final Setting<Integer> NEWCOMERS =
            Setting.of(
                            "max-pending-connections",
                            SettingType.integer(1, 10_000),
                            "Connections without a handshake, and as many requests; the oldest"
                                    + " goes first")
                    .or("16");
    private static final Setting<Integer> SESSIONS =
            Setting.of(
                            "max-sessions",
                            SettingType.integer(1, 10_000),
                            "Sessions, replaced ones among them; these go first")
                    .or("64");

    // ---- access

    private static final List<String> OPENABLE =
            List.of(NO_PAGES, "/healthz", "/readyz", "/status", "/metrics");
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,?#@]+");
    private static final Setting<List<String>> ALLOWED_ORIGINS =
            Setting.of(
                    "allowed-origins",
                    SettingType.texts(
                            "ORIGINS",
                            it -> ORIGIN.matcher(it.toLowerCase(Locale.ROOT)).matches(),
                            "give origins like https://console.example.com"),
                    "Web origins that may act as agents; others get 403");
    private static final Setting<Path> TOKEN_FILE =
            Setting.of(
                            "token-file",
                            SettingType.path(),
                            "The bearer token that agents and readers of pages must show; reread"
                                    + " when it changes")
                    .placeholder("FILE");
    private static final Setting<List<String>> OPEN_PAGES =
            Setting.of(
                            "open-pages",
                            SettingType.texts(
                                    "PATHS",
                                    OPENABLE::contains,
                                    "give some of " + String.join(", ", OPENABLE)),
                            "Pages that need no token")
                    .or("/healthz,/readyz");
    private static final Setting<Path> TLS_CERT =
            Setting.of("tls-cert", SettingType.path(), "Server certificate chain (PEM) for TLS")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_KEY =
            Setting.of("tls-key", SettingType.path(), "Private key of tls-cert (PEM)")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_CLIENT_CA =
            Setting.of(
                            "tls-client-ca",
                            SettingType.path(),
                            "CA certificates (PEM) that agents' client certificates must"
                                    + " be signed by")
                    .placeholder("FILE");
    private static final Setting<HostPort> PAGES_ADDR =
            Setting.of(
                    "pages-addr",
                    SettingType.hostPort(),
                    "Address of the pages, unencrypted; default: the address for agents");

    // ---- cache

    private static final Setting<CacheOption> CACHE =
            Setting.of(
                            "cache",
                            SettingType.oneOf(CacheOption.class),
                            "What is sized with memory: Neon's file cache, Postgres"
                                    + " settings, or nothing")
                    .or("auto");
    private static final Setting<Bytes> CACHE_CEILING =
            Setting.of("cache-max-size", SettingType.bytes(), "Maximum size of a cache");
    private static final Setting<String> CACHE_SETTINGS =
            Setting.of(
                            "cache-settings",
                            SettingType.text()
                                    .where(
                                            MonitorSettings::areFormulas,
                                            "give NAME=PERCENT%[:LEAST..MOST], separated by commas"),
                            "Memory-dependent settings of Postgres, with their formulas")
                    .placeholder("FORMULAS")
                    .or("effective_cache_size=75%");
    private static final Setting<Double> CACHE_MULTIPLIER =
            Setting.of(
                            "cache-multiplier",
                            SettingType.decimal(0, 1),
                            "Maximum fraction of usable memory for Neon's file cache")
                    .or("0.75");
    private static final Setting<Bytes> CACHE_MIN_LEFT =
            Setting.of(
                            "cache-min-free",
                            SettingType.bytes(),
                            "Memory that Neon's file cache leaves to Postgres")
                    .or("256MiB");
    private static final Setting<Double> CACHE_SPREAD =
            Setting.of(
                            "cache-spread",
                            SettingType.decimal(0, 100),
                            "Overhead of Neon's file cache, as a fraction of its size")
                    .or("0.1");

    // ---- Postgres

    private static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.of(
                            "postgres-connect-timeout",
                            SettingType.duration(),
                            "Timeout of connecting to Postgres")
                    .or("2s");
    private static final Setting<Duration> STATEMENT_TIMEOUT =
            Setting.of(
                            "postgres-statement-timeout",
                            SettingType.duration(),
                            "Timeout of a statement")
                    .or("2s");
    private static final Setting<Duration> RETRY_FIRST =
            Setting.of(
                            "postgres-backoff-initial",
                            SettingType.duration(),
                            "Initial backoff before reconnecting")
                    .or("100ms");
    private static final Setting<Duration> RETRY_MAX =
            Setting.of(
                            "postgres-backoff-max",
                            SettingType.duration(),
                            "Maximum backoff before reconnecting")
                    .or("5s");
    private static final Setting<Duration> PROBE_INTERVAL =
            Setting.of(
                            "postgres-probe-interval",
                            SettingType.duration(),
                            "Interval between checks of Postgres")
                    .or("5s");
    private static final Setting<Duration> REFUSAL_RETRY =
            Setting.of(
                            "postgres-refusal-backoff",
                            SettingType.duration(),
                            "Backoff before a refused cache size is retried")
                    .or("30s");

    // ---- CPUs

    private static final Setting<Boolean> CPU_DEMAND =
            Setting.of(
                            "cpu-demand",
                            SettingType.onOff(),
                            "Ask agents that speak v1.1 for CPUs while tasks wait for one")
                    .or("on");
    private static final Setting<Optional<HostPort>> CPU_ADDR =
            Setting.of(
                            "cpu.addr",
                            SettingType.hostPort()
                                    .where(
                                            MonitorSettings::isOfThisMachine,
                                            "give an address of loopback or of a local link")
                                    .orOff(),
                            "Address on which the hypervisor switches CPUs on and off (PUT /cpu)")
                    .or("off");

    // ---- metrics

    private static final Setting<Optional<HostPort>> METRICS_HOST_ADDR =
            Setting.of(
                    "metrics.host-addr",
                    SettingType.hostPort().orOff(),
                    "Address of the machine's metrics; default: port 9100 beside addr");
    private static final Setting<Optional<HostPort>> METRICS_CACHE_ADDR =
            Setting.of(
                    "metrics.cache-addr",
                    SettingType.hostPort().orOff(),
                    "Address of the cache metrics; default: port 9499 beside addr");

    // ---- log

    private static final Setting<Duration> LOG_SUMMARY =
            Setting.of(
                            "log-summary-interval",
                            SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                            "Interval between summary lines in the log")
                    .or("1m");
    private static final Setting<Integer> SAMPLE_LOG_COUNT =
            Setting.of(
                            "sample-log-count",
                            SettingType.integer(1, 100_000),
                            "Samples per log line (level debug)")
                    .or("20");
    private static final Setting<Double> SAMPLE_LOG_FRACTION =
            Setting.of(
                            "sample-log-fraction",
                            SettingType.decimal(0, 1),
                            "Log a sample after a relative change of this fraction")
                    .or("0.125");
    private static final Setting<Bytes> SAMPLE_LOG_AMOUNT =
            Setting.of(
                            "sample-log-amount",
                            SettingType.bytes(),
                            "Log a sample after a change of this amount")
                    .or("128MiB");
    private static final Setting<Duration> SAMPLE_LOG_SILENCE =
            Setting.of(
                            "sample-log-max-interval",
                            SettingType.duration(),
                            "Maximum interval between logged samples")
                    .or("15s");

    /// @param environment completes connection strings, as with libpq
    static SettingTable table(Map<String, String> environment) {
        return SettingTable.of("elastigres monitor")
                .examples(
                        "elastigres monitor --cgroup system.slice/system-postgresql.slice/postgresql@16-main.service --pgconnstr postgresql://postgres@/postgres",
                        "elastigres monitor --config /etc/elastigres/monitor.toml --print-config")
                .group("Main", ADDR, CGROUP, PGCONNSTR)
                .group("Kubernetes", PODS, PODS_WATCH_LIST)
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
                        SAMPLE_MIN,
                        SAMPLE_MAX,
                        SAMPLE_AVERAGE,
                        HORIZON,
                        HORIZON_UNTAUGHT,
                        HORIZON_MIN,
                        HORIZON_MAX,
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
                        UPSCALE_MAX_WAIT,
                        ANSWER_TIMEOUT,
                        SETUP_TIMEOUT,
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
                        CONNECT_TIMEOUT,
                        STATEMENT_TIMEOUT,
                        RETRY_FIRST,
                        RETRY_MAX,
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
                .rule(MonitorSettings::pace, SAMPLE_MIN, SAMPLE_MAX, SAMPLE_AVERAGE)
                .rule(MonitorSettings::foresight, HORIZON_UNTAUGHT, HORIZON_MIN, HORIZON_MAX)
                .rule(MonitorSettings::wholeTls, TLS_CERT, TLS_KEY, TLS_CLIENT_CA)
                .rule(MonitorSettings::askingRules, UPSCALE_INTERVAL, UPSCALE_MAX_WAIT)
                .rule(MonitorSettings::cacheRules, CACHE_MULTIPLIER, CACHE_MIN_LEFT, CACHE_SPREAD)
                .rule(MonitorSettings::connectionLimits, CONNECT_TIMEOUT, STATEMENT_TIMEOUT)
                .rule(MonitorSettings::backoff, RETRY_FIRST, RETRY_MAX)
                .rule(MonitorSettings::limits, SESSIONS, NEWCOMERS, SETUP_TIMEOUT, MESSAGE_SIZE)
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
                                new MonitorConfig.PodsConfig(
                                        settings.get(PODS_WATCH_LIST),
                                        settings.get(CACHE_SETTINGS)))
                        : Optional.empty(),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    private static MonitorConfig.AccessConfig access(Settings settings) {
        Optional<ServerTlsFiles> tls =
                settings.find(TLS_CERT)
                        .map(
                                certificate ->
                                        new ServerTlsFiles(
                                                certificate,
                                                settings.find(TLS_KEY).orElseThrow(),
                                                settings.find(TLS_CLIENT_CA)));
        return new MonitorConfig.AccessConfig(
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

    private static MonitorConfig.PostgresLocation watched(Settings settings) {
        Path root = settings.get(PATH_CGROUP);
        Path procfs = settings.get(PATH_PROCFS);
        Optional<Postmaster> byPid = settings.find(PGPID).map(Postmaster.ByPid::new);
        return new MonitorConfig.PostgresLocation(
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
            if (isGiven(settings, PODS_WATCH_LIST))
                throw new IllegalArgumentException("pods-watch-list is for pods alone");
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
                    "with pods, each container has its own from the watch list and its cgroup: leave"
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

    private static MemoryWatchConfig watch(Settings settings) {
        boolean debug = settings.get(LogSettings.LEVEL) == LogLevel.DEBUG;
        return new MemoryWatchConfig(
                sampling(settings), debug ? settings.get(SAMPLE_LOG_COUNT) : 0);
    }

    private static SamplingConfig sampling(Settings settings) {
        return switch (settings.get(SAMPLING)) {
            case ADAPTIVE -> new SamplingConfig.Adaptive(pace(settings), kernelReserve(settings));
            case FIXED ->
                    new SamplingConfig.Fixed(
                            settings.get(SAMPLE_INTERVAL), settings.get(SAMPLE_WINDOW));
        };
    }

    private static SamplingIntervalRules pace(Settings settings) {
        return new SamplingIntervalRules(
                settings.get(SAMPLE_MIN), settings.get(SAMPLE_MAX), settings.get(SAMPLE_AVERAGE));
    }

    private static ForecastHorizon foresight(Settings settings) {
        return settings.find(HORIZON)
                .map(ForecastHorizon::fixed)
                .orElseGet(
                        () ->
                                new ForecastHorizon(
                                        settings.get(HORIZON_UNTAUGHT),
                                        settings.get(HORIZON_MIN),
                                        settings.get(HORIZON_MAX)));
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
                new MonitorRules(
                        memory,
                        askingRules(settings),
                        settings.get(SAMPLING) == SamplingKind.ADAPTIVE
                                ? Optional.of(foresight(settings))
                                : Optional.empty(),
                        settings.get(CPU_DEMAND) ? Optional.of(CpuRules.DEFAULT) : Optional.empty(),
                        settings.get(ANSWER_TIMEOUT)),
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

    private static UpscaleBackoffRules askingRules(Settings settings) {
        return new UpscaleBackoffRules(
                settings.get(UPSCALE_INTERVAL), settings.get(UPSCALE_MAX_WAIT));
    }

    private static ServerLimits limits(Settings settings) {
        ServerLimits common = ServerLimits.DEFAULT;
        return new ServerLimits(
                common.headSize(),
                common.headers(),
                (int) settings.get(MESSAGE_SIZE).value(),
                forAll(settings, SESSIONS, PODS_SESSIONS),
                forAll(settings, NEWCOMERS, PODS_NEWCOMERS),
                settings.get(SETUP_TIMEOUT),
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
        return SettingType.path().parser().apply(text) instanceof ParseResult.Valid;
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

    private static ConnectionTimeouts connectionLimits(Settings settings) {
        return new ConnectionTimeouts(
                settings.get(CONNECT_TIMEOUT), settings.get(STATEMENT_TIMEOUT));
    }

    private static ReconnectBackoff backoff(Settings settings) {
        return new ReconnectBackoff(settings.get(RETRY_FIRST), settings.get(RETRY_MAX));
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
