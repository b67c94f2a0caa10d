package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The choice among the platforms of a program.
class PlatformsTest {
    private static final Resources HOST = new Resources(8, Bytes.ofGibibytes(32));

    @Test
    void platformsAreFoundAsServices() throws Exception {
        var platforms = Platforms.find();
        assertThat(platforms.chosen(settings(platforms)).name()).isEqualTo("empty");
        assertThat(platforms.chosen(settings(platforms, "--driver=cgroup", "--cgroup=a")))
                .isInstanceOf(CgroupPlatformProvider.class);
        assertThat(problems(platforms, "--driver=nosuch"))
                .containsExactly("--driver: \"nosuch\" must be one of cgroup, empty");
    }

    @Test
    void withoutADefaultTheDriverHasToBeNamed() {
        var platforms = new Platforms(List.of(new CgroupPlatformProvider(), new OwnScheduler()));
        assertThat(problems(platforms))
                .singleElement()
                .asString()
                .endsWith("choose what to resize: --driver cgroup|own");
    }

    @Test
    void aPlatformWithASchedulerOfItsOwnTakesNoOther() throws Exception {
        var platforms = new Platforms(List.of(new EmptyPlatformProvider(), new OwnScheduler()));
        assertThat(problems(platforms, "--driver=own", "--scheduler=127.0.0.1:1"))
                .singleElement()
                .asString()
                .contains("the driver own has its own scheduler");
        assertThat(problems(platforms, "--scheduler=127.0.0.1:1")).isEmpty();
        assertThat(problems(platforms, "--driver=own")).isEmpty();
    }

    @Test
    void rejectsTwoDefaultPlatforms() {
        var both =
                List.<Platform.PlatformProvider>of(
                        new EmptyPlatformProvider(), new AnotherDefault());
        assertThatThrownBy(() -> new Platforms(both))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two default platforms");
    }

    private static Settings settings(Platforms platforms, String... flags) throws UsageException {
        var table = new AgentSettings(HOST, platforms).table();
        return switch (table.read(List.of(flags), Map.of())) {
            case Invocation.Run(Settings settings) -> settings;
            case Invocation other -> throw new AssertionError(other);
        };
    }

    private static List<String> problems(Platforms platforms, String... flags) {
        try {
            settings(platforms, flags);
            return List.of();
        } catch (UsageException e) {
            return e.problems();
        }
    }

    private static class OwnScheduler implements Platform.PlatformProvider {
        @Override
        public String name() {
            return "own";
        }

        @Override
        public String subject() {
            return "nothing";
        }

        @Override
        public boolean acceptsScheduler() {
            return false;
        }

        @Override
        public SettingTable addTo(
                SettingTable table, Platform.DriverChoice choice, Resources host) {
            return table;
        }

        @Override
        public Platform open(Settings settings, Platform.PlatformContext start) {
            throw new IllegalStateException("it is only chosen");
        }
    }

    private static final class AnotherDefault extends OwnScheduler {
        @Override
        public boolean isDefault() {
            return true;
        }
    }
}
