package dev.elastigres.daemon.settings;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A table with a setting of each type.
final class SampleSettings {
    static final String REDACTED = "***";

    static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Where to listen for agents; port 0 picks a free one")
                    .flag('a')
                    .or("127.0.0.1:10301");
    static final Setting<String> CGROUP =
            Setting.of("cgroup", SettingType.text(), "The cgroup of Postgres")
                    .flag('c')
                    .placeholder("NAME");
    static final Setting<String> PGCONNSTR =
            Setting.of("pgconnstr", SettingType.text(), "How to reach Postgres")
                    .flag('p')
                    .placeholder("CONNSTR")
                    .secret(text -> text.replaceAll("password=\\S+", "password=" + REDACTED));
    static final Setting<Integer> SECRET_NUMBER =
            Setting.of("secret-number", SettingType.integer(0, 9), "Known to few")
                    .secret(_ -> REDACTED);
    static final Setting<Path> PROCFS =
            Setting.of("path.procfs", SettingType.path(), "Where procfs is").or("/proc");
    static final Setting<Double> OVERHEAD =
            Setting.of("cgroup-overhead", SettingType.decimal(0, 1), "Of all memory, a fraction")
                    .or("0.1");
    static final Setting<Double> MULTIPLIER =
            Setting.of(
                            "cache.multiplier",
                            SettingType.decimal(0, 1),
                            "The cache's largest share of memory")
                    .or("0.75");
    static final Setting<Double> SPREAD =
            Setting.of(
                            "cache.spread",
                            SettingType.decimal(0, 10),
                            "What the cache costs beyond its size")
                    .or("0.1");
    static final Setting<Bytes> MIN_LEFT =
            Setting.of("cache.min-left", SettingType.bytes(), "Always left to Postgres")
                    .or("256MiB");
    static final Setting<Duration> SAMPLE =
            Setting.of("sample", SettingType.duration(), "Between two samples").or("100ms");
    static final Setting<Boolean> KEEP =
            Setting.of("keep", SettingType.toggle(), "Leave it running");

    static final SettingTable TABLE =
            SettingTable.of("elastigres sample")
                    .group("Server", ADDR, PGCONNSTR, SECRET_NUMBER)
                    .group("Memory", CGROUP, PROCFS, OVERHEAD, SAMPLE, KEEP)
                    .group("Cache", MULTIPLIER, SPREAD, MIN_LEFT)
                    .rule(SampleSettings::rules, MULTIPLIER, MIN_LEFT, SPREAD)
                    .sections("db", OVERHEAD, SAMPLE, KEEP, MULTIPLIER)
                    .foreign("ELASTIGRES_KUBECONFIG");

    private SampleSettings() {}

    static CacheRules rules(Settings settings) {
        return new CacheRules(
                settings.get(MULTIPLIER), settings.get(MIN_LEFT), settings.get(SPREAD));
    }

    static Settings run(Map<String, String> variables, String... args) throws UsageException {
        return switch (TABLE.read(List.of(args), variables)) {
            case Invocation.Run(Settings settings) -> settings;
            case Invocation other -> throw new AssertionError(other);
        };
    }

    static Settings run(String... args) throws UsageException {
        return run(Map.of(), args);
    }

    static List<String> problems(Map<String, String> variables, String... args) {
        try {
            TABLE.read(List.of(args), variables);
            return new ArrayList<>();
        } catch (UsageException e) {
            return e.problems();
        }
    }

    static List<String> problems(String... args) {
        return problems(Map.of(), args);
    }
}
