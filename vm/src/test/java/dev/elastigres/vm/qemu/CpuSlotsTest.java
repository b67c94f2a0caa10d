package dev.elastigres.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.vm.qemu.CpuSlots.UnplugResult;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.socket.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests with recorded conversations with a QEMU whose guest was running.
class CpuSlotsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String REFUSAL = "\"ACPI_DEVICE_OST\", \"data\": {\"info\": ";

    @TempDir Path folder;

    private static List<String> recorded(String name) throws IOException {
        try (var stream = CpuSlotsTest.class.getResourceAsStream(name)) {
            assertThat(stream).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void plugsLowestAndUnplugsHighestSlots() throws Exception {
        try (var peer = ScriptedPeer.start(folder, recorded("cpu-plug.txt"), true);
                var qmp = QmpClient.connect(peer.path(), LONG)) {
            var slots = new CpuSlots(qmp);
            slots.plugUpTo(3);
            assertThat(slots.unplugDownTo(2, LONG)).isEqualTo(new UnplugResult.Gone());
            assertThat(slots.plugged()).containsExactly(1);
            assertThat(peer.difference()).isEmpty();
        }
    }

    @Test
    void onlyQueriesSlotsAtTargetCount() throws Exception {
        var script = recorded("cpu-refused.txt").subList(0, 5);
        for (boolean plugs : new boolean[] {true, false}) {
            Path own = Files.createTempDirectory(folder, "peer");
            try (var peer = ScriptedPeer.start(own, script, true);
                    var qmp = QmpClient.connect(peer.path(), LONG)) {
                var slots = new CpuSlots(qmp);
                if (plugs) slots.plugUpTo(1);
                else assertThat(slots.unplugDownTo(3, LONG)).isEqualTo(new UnplugResult.Gone());
                assertThat(peer.difference()).isEmpty();
            }
        }
    }

    @Test
    void aGuestWhoseTasksNeedTheCpuRefuses() throws Exception {
        assertThat(unplugged(recorded("cpu-refused.txt"), LONG))
                .isEqualTo(new UnplugResult.Refused(1));
    }

    @Test
    void aRefusalAsOtherMachinesTellIt() throws Exception {
        var script =
                recorded("cpu-refused.txt").stream()
                        .map(
                                line ->
                                        line.contains(REFUSAL) && line.contains("\"status\": 130")
                                                ? "< {\"event\": \"DEVICE_UNPLUG_GUEST_ERROR\","
                                                        + " \"data\": {\"device\": \"cpu1\","
                                                        + " \"path\": \"/machine/peripheral/cpu1\"}}"
                                                : line)
                        .toList();
        assertThat(script).anyMatch(line -> line.contains("DEVICE_UNPLUG_GUEST_ERROR"));
        assertThat(unplugged(script, LONG)).isEqualTo(new UnplugResult.Refused(1));
    }

    @Test
    void reportsUnansweredUnplug() throws Exception {
        assertThat(unplugged(recorded("cpu-refused.txt"), Duration.ZERO))
                .isEqualTo(new UnplugResult.Unanswered(1));
    }

    private UnplugResult unplugged(List<String> script, Duration within) throws Exception {
        try (var peer = ScriptedPeer.start(folder, script, true);
                var qmp = QmpClient.connect(peer.path(), LONG)) {
            var outcome = new CpuSlots(qmp).unplugDownTo(1, within);
            assertThat(peer.difference()).isEmpty();
            return outcome;
        }
    }
}
