package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReloaderTest {
    private static final AgentSettings TABLE =
            new AgentSettings(new Resources(8, Bytes.ofGibibytes(32)), Platforms.find());

    @TempDir private Path folder;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final List<ReloadableConfig> applied = new ArrayList<>();
    private Optional<String> problem = Optional.empty();
    private List<String> notes = List.of();
    private Path file;
    private ConfigReloader reload;

    @BeforeEach
    void begin() throws Exception {
        file = folder.resolve("agent.toml");
        write("addr = \"127.0.0.1:1\"\n");
        reload =
                new ConfigReloader(
                        ((Invocation.Run) read()).settings(),
                        TABLE,
                        this::read,
                        applied::add,
                        now -> problem = now,
                        () -> notes,
                        new AgentMeters(),
                        Log.to(logged, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC()));
        reload.look();
        reload.look();
        assertThat(applied).isEmpty();
        assertThat(log()).isEmpty();
    }

    @Test
    void appliesReloadableSettingsAtOnce() throws Exception {
        write("addr = \"127.0.0.1:1\"\ndamping = \"off\"\nbudget-cpus = 3\n");
        reload.look();
        assertThat(applied).hasSize(1);
        assertThat(applied.getFirst().of("any").rules().dampingWindow()).isZero();
        assertThat(applied.getFirst().budget().capacity().vcpus()).isEqualTo(3);
        assertThat(log()).singleElement().asString().contains("budget-cpus, damping");
        reload.look();
        assertThat(applied).hasSize(1);
    }

    @Test
    void vmSectionsCanBeAddedAndRemoved() throws Exception {
        write("addr = \"127.0.0.1:1\"\n[vm.db]\nmax-cpus = 2\n");
        reload.look();
        assertThat(applied.getLast().of("db").max()).isPresent();
        write("addr = \"127.0.0.1:1\"\n");
        reload.look();
        assertThat(applied).hasSize(2);
        assertThat(applied.getLast().of("db").max()).isEmpty();
    }

    @Test
    void reportsThatAddressNeedsRestart() throws Exception {
        write("addr = \"127.0.0.1:22\"\n");
        reload.look();
        assertThat(applied).isEmpty();
        assertThat(log()).last().asString().contains("after a restart", "\"settings\":\"addr\"");
    }

    @Test
    void aBrokenFileChangesNothingAndIsNamedOnce() throws Exception {
        write("damping = \"of\"\nheadrom = 1\n");
        reload.look();
        reload.look();
        assertThat(applied).isEmpty();
        assertThat(log())
                .singleElement()
                .asString()
                .contains("stay unchanged", "agent.toml:1: damping", "headrom");
        assertThat(problem.orElseThrow()).contains("agent.toml:1: damping", "headrom");
        Files.delete(file);
        reload.look();
        assertThat(problem.orElseThrow()).contains("there is no such file");
        assertThat(log()).hasSize(2).last().asString().contains("there is no such file");
        write("addr = \"127.0.0.1:1\"\ndamping = \"off\"\n");
        reload.look();
        assertThat(applied).hasSize(1);
        assertThat(problem).isEmpty();
        assertThat(log()).last().asString().contains("valid again");
    }

    @Test
    void acceptsRepairedFileWithoutChanges() throws Exception {
        write("headrom = 1\n");
        reload.look();
        write("addr = \"127.0.0.1:1\"\n");
        reload.look();
        reload.look();
        assertThat(applied).isEmpty();
        assertThat(problem).isEmpty();
        assertThat(log()).hasSize(2).last().asString().contains("valid again");
    }

    @Test
    void logsEachNoteOnceWhileItLasts() {
        notes = List.of("there is no VM db");
        reload.look();
        reload.look();
        assertThat(log()).singleElement().asString().contains("there is no VM db", "warn");
        notes = List.of();
        reload.look();
        notes = List.of("there is no VM db");
        reload.look();
        assertThat(log()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"fifo, a pipe or a device", "zero, a pipe or a device", "folder, a directory"})
    void rejectsConfigThatIsNotARegularFile(String what, String why) throws Exception {
        Files.delete(file);
        switch (what) {
            case "fifo" ->
                    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                            .isZero();
            case "zero" -> Files.createSymbolicLink(file, Path.of("/dev/zero"));
            default -> Files.createDirectory(file);
        }
        reload.look();
        reload.look();
        assertThat(applied).isEmpty();
        assertThat(log()).singleElement().asString().contains("stay unchanged", "it is " + why);
        Files.delete(file);
        write("addr = \"127.0.0.1:1\"\ndamping = \"off\"\n");
        reload.look();
        assertThat(applied).hasSize(1);
    }

    @Test
    void unexpectedErrorDoesNotStopReloading() throws Exception {
        var sound = ((Invocation.Run) read()).settings();
        var looks = new LinkedBlockingQueue<String>();
        ConfigReloader.ConfigSource failing =
                () -> {
                    looks.add("look");
                    throw new IllegalStateException("a bug");
                };
        try (var broken =
                new ConfigReloader(
                        sound,
                        TABLE,
                        failing,
                        applied::add,
                        now -> problem = now,
                        () -> notes,
                        new AgentMeters(),
                        Log.to(logged, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC()))) {
            broken.start();
            assertThat(looks.poll(20, TimeUnit.SECONDS)).isNotNull();
            write("addr = \"127.0.0.1:1\"\ndamping = \"off\"\n");
            assertThat(looks.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(log().getFirst()).contains("the settings cannot be read", "a bug");
        assertThat(problem.orElseThrow()).contains("cannot be read");
    }

    private Invocation read() throws UsageException {
        return TABLE.table().read(List.of("--config", file.toString()), Map.of());
    }

    private List<String> log() {
        return logged.toString(UTF_8).lines().toList();
    }

    /// Replaces the file by another one, as editors and deployments do.
    private void write(String toml) throws Exception {
        Path other = Files.writeString(folder.resolve("new"), toml);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
