package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.cache.CachePolicy;
import dev.elastigres.monitor.cache.FileCacheConfig;
import dev.elastigres.monitor.cache.SettingFormula;
import java.time.Duration;
import java.util.Locale;

/// The settings of what is sized with memory: Neon's file cache, or settings of Postgres.
final class CacheSettings {
    enum CacheOption {
        AUTO,
        NEON,
        SETTINGS,
        NONE
    }

    static final Setting<CacheOption> MANAGED_CACHE =
            Setting.of(
                            "cache",
                            SettingType.oneOf(CacheOption.class),
                            "Memory-dependent settings to manage: those of Neon's file"
                                    + " cache, those of any Postgres, or none")
                    .advice(
                            "With auto, it is neon where the server has Neon's file"
                                    + " cache, else settings. With none, effective_cache_size"
                                    + " keeps the value for one size, and the planner expects the"
                                    + " wrong amount of memory at others. Needs pgconnstr.")
                    .or("auto");
    private static final Setting<Bytes> MAX_SIZE =
            Setting.of(
                            "cache-max-size",
                            SettingType.bytes(),
                            "Maximum of every managed setting, and of Neon's file cache")
                    .advice(
                            "Set it where more cache gains nothing. By default only the"
                                    + " formulas and the server's own limits bound it.");
    static final Setting<String> FORMULAS =
            Setting.of(
                            "cache-settings",
                            SettingType.text()
                                    .where(
                                            CacheSettings::areFormulas,
                                            "give NAME=PERCENT%[:MIN..MAX], separated by commas"),
                            "Memory-dependent settings of Postgres, with their formulas")
                    .advice(
                            "Each is NAME=PERCENT%[:MIN..MAX] of usable memory; the"
                                    + " setting must take effect on reload, so shared_buffers is"
                                    + " not possible. Settings other than planner hints hold"
                                    + " memory: the VM shrinks only after Postgres has applied"
                                    + " them.")
                    .placeholder("FORMULAS")
                    .or("effective_cache_size=75%");
    private static final Setting<Duration> RELOAD_DELAY =
            Setting.of(
                            "cache-reload-delay",
                            SettingType.duration(Duration.ZERO, Duration.ofMinutes(5)),
                            "Time without a further change of memory after which"
                                    + " settings of Postgres are written")
                    .advice(
                            "A resize comes in steps, and each reload makes all"
                                    + " sessions read their settings again: less than the time"
                                    + " between steps reloads several times for one resize."
                                    + " Values are written after six times as long at the latest,"
                                    + " and at once if they must free memory.")
                    .or("5s");
    private static final Setting<Double> MULTIPLIER =
            Setting.of(
                            "cache-multiplier",
                            SettingType.decimal(0, 1),
                            "Maximum fraction of usable memory for Neon's file cache")
                    .advice(
                            "The rest is for connections, sorts and the kernel. Too"
                                    + " much makes a full cache compete with queries for memory."
                                    + " Times 1 plus cache-spread it must be below 1.")
                    .or("0.75");
    private static final Setting<Bytes> MIN_FREE =
            Setting.of(
                            "cache-min-free",
                            SettingType.bytes(),
                            "Minimum memory beside Neon's file cache, for Postgres and"
                                    + " everything else")
                    .advice(
                            "It decides the size of the cache on small VMs, where"
                                    + " cache-multiplier alone would leave too little for"
                                    + " shared_buffers and connections.")
                    .or("256MiB");
    private static final Setting<Double> SPREAD =
            Setting.of(
                            "cache-spread",
                            SettingType.decimal(0, 100),
                            "Overhead of Neon's file cache, as a fraction of its size")
                    .advice(
                            "With 0.1, a cache of 1 GiB is assumed to occupy 1.1 GiB."
                                    + " Too little lets a full cache exceed its share of memory;"
                                    + " too much makes the cache smaller than it could be.")
                    .or("0.1");

    private CacheSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                        "Cache",
                        MANAGED_CACHE,
                        MAX_SIZE,
                        FORMULAS,
                        RELOAD_DELAY,
                        MULTIPLIER,
                        MIN_FREE,
                        SPREAD)
                .rule(CacheSettings::rules, MULTIPLIER, MIN_FREE, SPREAD);
    }

    static CachePolicy policy(Settings settings) {
        String name = settings.get(MANAGED_CACHE).name().toLowerCase(Locale.ROOT);
        return CachePolicy.parse(name, settings.get(FORMULAS));
    }

    /// @param statistics whether the cache's statistics are read
    static FileCacheConfig cache(Settings settings, boolean statistics) {
        return new FileCacheConfig(
                rules(settings),
                settings.find(MAX_SIZE).orElse(Bytes.MAX),
                PostgresSettings.timeouts(settings),
                PostgresSettings.backoff(settings),
                PostgresSettings.probeInterval(settings),
                PostgresSettings.refusalBackoff(settings),
                settings.get(RELOAD_DELAY),
                statistics);
    }

    private static CacheRules rules(Settings settings) {
        return new CacheRules(
                settings.get(MULTIPLIER), settings.get(MIN_FREE), settings.get(SPREAD));
    }

    private static boolean areFormulas(String text) {
        try {
            return !SettingFormula.parseAll(text).isEmpty();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
