package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.ImageBuilder;
import dev.elastigres.vm.image.ImageRecipe;
import dev.elastigres.vm.image.LocalGuestImage;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// This build's monitor in a real VM.
@Tag("vm")
class MonitorInGuestTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String NAME = "watched";

    @TempDir Path state;

    @Test
    void watchesPostgresAndRestartsWhenKilled() throws Exception {
        var own = XdgFolders.from(System.getenv());
        var folders = new XdgFolders(state, own.data(), own.cache());
        var machines = new VmManager(folders, System.err::println);
        machines.create(
                new NewVmSpec(
                        NAME,
                        new CpuRange(1, 2),
                        MemoryRange.parse("512M..1G"),
                        Optional.of(image(folders)),
                        AcceleratorChoice.AUTO,
                        Network.closed()));
        try {
            machines.start(NAME, TIMEOUT);
            String first = serving(machines);
            // It uses its AOT cache, is exempt from the OOM killer, and does not run as root.
            assertThat(run(machines, "cat /proc/%s/maps".formatted(first)))
                    .contains("/usr/lib/elastigres-monitor/classes.aot");
            assertThat(run(machines, "cat /proc/%s/oom_score_adj".formatted(first)))
                    .isEqualTo("-1000");
            assertThat(run(machines, "ps -o user= -p " + first)).startsWith("elastig");

            var status = (Json.Obj) Json.parse(run(machines, page("status")));
            Json.Obj usage = status.object("usage").orElseThrow();
            assertThat(usage.text("source")).contains("cgroup /sys/fs/cgroup/neon-postgres");
            assertThat(usage.whole("average_bytes").orElseThrow())
                    .isGreaterThan(Bytes.ofMebibytes(1).value());
            assertThat(status.object("cache").orElseThrow().text("policy")).contains("settings");

            run(machines, "kill -9 " + first);
            assertThat(serving(machines)).isNotEqualTo(first);
            machines.stop(NAME, TIMEOUT);
        } finally {
            machines.delete(NAME);
        }
    }

    private static Path image(XdgFolders folders) throws Exception {
        var release = PostgresRelease.POSTGRES_15;
        var recipe =
                new ImageRecipe(
                        release,
                        DebianArchive.ofApt(Path.of("/etc/apt"), release).orElseThrow(),
                        Optional.of(LocalGuestImage.monitor(folders, System.err::println)));
        return new ImageBuilder(folders, new FileLocks(), System.err::println)
                .build(recipe, Accelerator.TCG);
    }

    /// Waits until the monitor is ready. Returns its process id.
    private static String serving(VmManager machines) throws Exception {
        return run(
                machines,
                "until %s > /dev/null 2>&1; do sleep 0.1; done; pgrep -x java"
                        .formatted(page("readyz")));
    }

    private static String page(String name) {
        return "wget -q -O - http://127.0.0.1:10301/" + name;
    }

    private static String run(VmManager machines, String script) throws Exception {
        try (var guest = machines.running(NAME).guest(TIMEOUT)) {
            return guest.run(TIMEOUT, List.of("sh", "-c", script)).output().strip();
        }
    }
}
