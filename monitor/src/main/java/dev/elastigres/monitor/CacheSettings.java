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
                            "What is sized with memory: Neon's file cache, Postgres"
                                    + " settings, or nothing")
                    .or("auto");
    private static final Setting<Bytes> MAX_SIZE =
            Setting.of("cache-max-size", SettingType.bytes(), "Maximum size of a cache");
    static final Setting<String> FORMULAS =
            Setting.of(
                            "cache-settings",
                            SettingType.text()
                                    .where(
                                            CacheSettings::areFormulas,
                                            "give NAME=PERCENT%[:MIN..MAX], separated by commas"),
                            "Memory-dependent settings of Postgres, with their formulas")
                    .placeholder("FORMULAS")
                    .or("effective_cache_size=75%");
    private static final Setting<Duration> RELOAD_DELAY =
            Setting.of(
                            "cache-reload-delay",
                            SettingType.duration(Duration.ZERO, Duration.ofMinutes(5)),
                            "Time without a further change of memory after which settings of"
                                    + " Postgres are written, so that one resize reloads once; a"
                                    + " setting that must free memory is written at once")
                    .or("5s");
    private static final Setting<Double> MULTIPLIER =
            Setting.of(
                            "cache-multiplier",
                            SettingType.decimal(0, 1),
                            "Maximum fraction of usable memory for Neon's file cache")
                    .or("0.75");
    private static final Setting<Bytes> MIN_FREE =
            Setting.of(
                            "cache-min-free",
                            SettingType.bytes(),
                            "Memory that Neon's file cache leaves to Postgres")
                    .or("256MiB");
    private static final Setting<Double> SPREAD =
            Setting.of(
                            "cache-spread",
                            SettingType.decimal(0, 100),
                            "Overhead of Neon's file cache, as a fraction of its size")
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
