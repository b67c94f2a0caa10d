package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The settings and the resulting configuration.
class AgentSettingsTest {
    private static final Resources HOST = new Resources(8, Bytes.ofGibibytes(32));
    private static final AgentSettings TABLE = new AgentSettings(HOST, Platforms.find());

    @TempDir private Path folder;

    @Test
    void theDefaultsAreThoseOfTheCore() throws Exception {
        AgentConfig config = config();
        assertThat(config.address()).hasToString("127.0.0.1:10400");
        assertThat(config.dryRun()).isFalse();
        assertThat(config.polling()).isEqualTo(PollingConfig.DEFAULT);
        assertThat(config.scheduler()).isEmpty();
        assertThat(config.events()).isEmpty();
        var rules = config.live().of("any");
        assertThat(rules.rules()).isEqualTo(ScalingRules.ELASTIGRES);
        assertThat(rules.unit()).isEqualTo(ComputeUnit.DEFAULT);
        assertThat(rules.min()).isEmpty();
        assertThat(rules.max()).isEmpty();
    }

    @Test
    void neonsRulesAreNeons() throws Exception {
        assertThat(config("--rules", "neon").live().others().rules()).isEqualTo(ScalingRules.NEON);
    }

    @ParameterizedTest
    @EnumSource
    void eachExtraRuleIsSwitchedSeparately(ExtraRule extra) throws Exception {
        String flag = "--" + extra.code();
        assertThat(config("--rules=neon", flag, "on").live().others().rules())
                .isEqualTo(ScalingRules.of(EnumSet.of(extra)));
        assertThat(config(flag, "off").live().others().rules())
                .isEqualTo(ScalingRules.of(EnumSet.complementOf(EnumSet.of(extra))));
    }

    @Test
    void budgetIsHostSizeLessReserve() throws Exception {
        var budget = config().live().budget();
        assertThat(budget.capacity()).isEqualTo(new Resources(8, Bytes.ofGibibytes(31)));
        var said = config("--budget-memory=4G", "--budget-cpus=2", "--headroom=0").live().budget();
        assertThat(said.capacity()).isEqualTo(new Resources(2, Bytes.ofGibibytes(4)));
        assertThat(said.headroom()).isEqualTo(Resources.ZERO);
    }

    @Test
    void aLimitOfOneResourceLeavesTheOtherAlone() throws Exception {
        var rules = config("--max-cpus=2", "--min-memory=1G").live().others();
        Resources huge = new Resources(512, Bytes.ofGibibytes(9000));
        assertThat(huge.min(rules.max().orElseThrow()))
                .isEqualTo(new Resources(2, Bytes.ofGibibytes(9000)));
        assertThat(Resources.ZERO.max(rules.min().orElseThrow()))
                .isEqualTo(new Resources(0, Bytes.ofGibibytes(1)));
    }

    @Test
    void vmRulesComeFromNameOrFirstMatchingPattern() throws Exception {
        String file =
                write(
                        """
                        max-cpus = 8

                        [vm."db-*"]
                        rules = "neon"

                        [vm."*-main"]
                        damping-window = "5m"

                        [vm.db-main]
                        max-cpus = 2
                        damping = "off"
                        """);
        ReloadableConfig live = config("--config", file).live();
        assertThat(live.of("db-test").rules()).isEqualTo(ScalingRules.NEON);
        assertThat(live.of("web-main").rules().dampingWindow()).isEqualTo(Duration.ofMinutes(5));
        assertThat(live.of("db-main").rules().dampingWindow()).isZero();
        assertThat(live.of("db-main").max().orElseThrow().vcpus()).isEqualTo(2);
        assertThat(live.of("db-main").rules().statedSizes()).isTrue();
        assertThat(live.of("db-test").max().orElseThrow().vcpus()).isEqualTo(8);
        assertThat(live.of("main").rules()).isEqualTo(ScalingRules.ELASTIGRES);
    }

    @Test
    void cgroupsAreFoundByPatterns() throws Exception {
        var cgroups = cgroups("--driver=cgroup", "--cgroup=a/*,b", "--path.cgroup=/x");
        assertThat(cgroups.root()).hasToString("/x");
        assertThat(cgroups.watched()).isEmpty();
        assertThat(cgroups.matching())
                .extracting(CgroupConfig.CgroupPattern::glob)
                .containsExactly("a/*", "b");
        CgroupConfig.CgroupPattern first = cgroups.matching().getFirst();
        assertThat(first.bounds().min()).isEqualTo(CgroupConfig.GRAIN);
        assertThat(first.bounds().max()).isEqualTo(HOST);
        assertThat(address(first.endpoints().monitor())).isEqualTo("ws://127.0.0.1:10301/monitor");
    }

    @Test
    void cgroupsAreNamedInSections() throws Exception {
        String file =
                write(
                        """
                        driver = "cgroup"
                        cache-metrics = "off"

                        [vm.orders]
                        cgroup = "system.slice/postgresql@16-orders.service"
                        monitor = "127.0.0.1:10302"

                        [vm.orders-old]
                        max-cpus = 1
                        """);
        assertThat(cgroups("--config", file).watched())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.name()).isEqualTo("orders");
                            assertThat(it.cgroup())
                                    .isEqualTo(
                                            Path.of("system.slice/postgresql@16-orders.service"));
                            assertThat(address(it.endpoints().monitor()))
                                    .isEqualTo("ws://127.0.0.1:10302/monitor");
                            assertThat(it.endpoints().cache()).isEqualTo(new Endpoint.Unused());
                        });
    }

    private static String address(Endpoint endpoint) {
        return ((Endpoint.Available) endpoint).uri().toString();
    }

    @Test
    void aVmThatMayBeSmallerThanOneUnitHasASmallerUnit() throws Exception {
        var small = new Resources(1, Bytes.ofMebibytes(512));
        VmRules rules = config().live().of("db");
        assertThat(rules.unit(small)).isEqualTo(new ComputeUnit(0.125, Bytes.ofMebibytes(512)));
        assertThat(rules.unit(new Resources(1, Bytes.ofGibibytes(2))))
                .isEqualTo(ComputeUnit.DEFAULT);
        // The halving is limited, and does not override a setting.
        assertThat(rules.unit(new Resources(1, Bytes.ofMebibytes(16))).memory())
                .isEqualTo(Bytes.ofMebibytes(128));
        VmRules said = config("--unit-memory=1G").live().of("db");
        assertThat(said.unit(small)).isEqualTo(ComputeUnit.DEFAULT);
    }

    @Test
    void minimumSizeOfCgroupIsAUnitByDefault() throws Exception {
        Resources unit = ComputeUnit.DEFAULT.times(1);
        String[] flags = {"--driver=cgroup", "--cgroup=a"};
        assertThat(config(flags).live().of("pg").min()).contains(unit);
        String[] smaller = {"--driver=cgroup", "--cgroup=a", "--min-memory=256M"};
        VmRules rules = config(smaller).live().of("pg");
        assertThat(rules.min()).contains(new Resources(0.25, Bytes.ofMebibytes(256)));
        assertThat(rules.unit(rules.min().orElseThrow()).memory())
                .isEqualTo(Bytes.ofMebibytes(256));
    }

    @Test
    void theHeadroomFitsTheGrainOfWhatIsSized() throws Exception {
        var cgroups = config("--driver=cgroup", "--cgroup=a").live().budget();
        assertThat(cgroups.headroom().vcpus()).isEqualTo(0.8);
        assertThat(cgroups.step().vcpus()).isEqualTo(0.25);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--driver=cgroup|--driver, --cgroup: select the cgroups",
                "--driver=cgroup --cgroup=a/../b|not a pattern of cgroups: a/../b",
                "--driver=cgroup --cgroup=a/[b|not a pattern of cgroups: a/[b: Missing",
                "--driver=cgroup --cgroup=a --unit-cpus=9|the minimum size, 9 CPUs and 1GiB, is above",
                "--min-cpus=3 --max-cpus=2|--min-cpus, --max-cpus: the minimum is above",
                "--min-memory=3G --max-memory=2G|--min-memory, --max-memory: the minimum",
                "--reserve-memory=64G|nothing is left of the host's 32GiB",
                "--cooldown-initial=10m|the longest cooldown",
                "--metrics-timeout=9s|the timeout of host metrics is not below",
                "--scheduler-timeout=20s|the timeout of the scheduler must be shorter than",
                "--unit-cpus=0|--unit-cpus: \"0\" is out of range",
                "--dampnig=off|did you mean --damping?",
                "--damping=of|must be on or off",
                "--rules=both|must be one of neon, elastigres"
            })
    void aMistakeIsOneLine(String flags, String problem) {
        assertThat(problems(flags.split(" ", -1))).singleElement().asString().contains(problem);
    }

    @Test
    void reportsInvalidVmSectionWithItsLine() throws Exception {
        String file = write("[vm.db1]\nmax-cpu = 2\n\n[vm.db2]\nmin-cpus = 3\nmax-cpus = 2\n");
        assertThat(problems("--config", file))
                .satisfiesExactly(
                        it ->
                                assertThat(it)
                                        .isEqualTo(
                                                file
                                                        + ":2: [vm.db1]: unknown setting max-cpu:"
                                                        + " did you mean max-cpus?"),
                        it ->
                                assertThat(it)
                                        .contains(file + ":5: min-cpus", ":6: max-cpus")
                                        .endsWith("the minimum is above the maximum"));
    }

    @Test
    void addressesCountAfterARestartOnly() throws Exception {
        Settings later = settings("--addr=[::1]:1", "--damping=off", "--headroom=0.5");
        assertThat(settings().changes(later)).containsExactly("addr", "damping", "headroom");
        assertThat(TABLE.needRestart(settings(), later)).containsExactly("addr");
    }

    static Settings settings(String... flags) throws UsageException {
        return switch (TABLE.table().read(List.of(flags), Map.of())) {
            case Invocation.Run(Settings settings) -> settings;
            case Invocation other -> throw new AssertionError(other);
        };
    }

    private static AgentConfig config(String... flags) throws UsageException {
        return TABLE.config(settings(flags));
    }

    private static CgroupConfig cgroups(String... flags) throws UsageException {
        return CgroupPlatformProvider.cgroups(settings(flags), HOST);
    }

    private static List<String> problems(String... flags) {
        try {
            settings(flags);
            return List.of();
        } catch (UsageException e) {
            return e.problems();
        }
    }

    private String write(String toml) throws Exception {
        return Files.writeString(folder.resolve("agent.toml"), toml).toString();
    }
}
