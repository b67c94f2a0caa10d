package dev.elastigres.inspect.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.terminal.TerminalKey;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.page.Attention;
import dev.elastigres.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopFrameTest {
    private static final String BUDGET =
            "{\"capacity\":{\"cpus\":8.0,\"memory_bytes\":17179869184},"
                    + "\"headroom\":{\"cpus\":0.0,\"memory_bytes\":0},"
                    + "\"permitted\":{\"cpus\":2.0,\"memory_bytes\":4294967296}}";

    private static String vm(String name, String state, double cpus, String problems) {
        return vm(name, state, problems.isEmpty() ? "settled" : "problem", cpus, problems);
    }

    private static String vm(
            String name, String state, String attention, double cpus, String problems) {
        return """
               {"name":"%1$s","state":"%2$s","attention":"%5$s","why":"%1$s has its size: a reason",
               "size":{"cpus":%3$s,"memory_bytes":1073741824},
               "wanted":{"cpus":%3$s,"memory_bytes":2147483648},
               "max":{"cpus":4.0,"memory_bytes":4294967296},"problems":{%4$s}}"""
                .formatted(name, state, cpus, problems, attention);
    }

    private static AgentOverview agent(String... vms) throws Exception {
        String status =
                "{\"driver\":\"vm\",\"dry_run\":false,\"searched\":\"/vms\",\"budget\":%s,\"problems\":[],\"vms\":[%s]}"
                        .formatted(BUDGET, String.join(",", vms));
        return AgentOverview.parse((Json.Obj) Json.parse(status));
    }

    private static List<String> lines(
            int columns, int rows, AgentOverview agent, TopSelection selection) {
        return new TopFrame(new TerminalText(columns, false, false), rows)
                .lines(agent, selection, "127.0.0.1:10400", Optional.empty());
    }

    @Test
    void showsSizesAsBarsWithinTheMaximum() throws Exception {
        List<String> lines =
                lines(140, 24, agent(vm("db1", "settled", 1.5, "")), TopSelection.INITIAL);
        assertThat(lines.getFirst()).isEqualTo("elastigres top  127.0.0.1:10400  driver vm  1 VM");
        assertThat(lines.get(1)).startsWith("CPU ###........| 2/8").contains("4GiB/16GiB");
        // 1.5 of 4 CPUs, and a quarter of the memory with the mark at half of it.
        assertThat(lines.get(4))
                .startsWith("> db1   #####|")
                .contains(
                        "1.5/4", "###...|.....", "1GiB/4GiB", "settled", "has its size: a reason");
        assertThat(lines).anyMatch(it -> it.equals("db1 has its size: a reason"));
    }

    @Test
    void listsVmsNeedingAttentionFirst() throws Exception {
        AgentOverview agent =
                agent(
                        vm("calm", "settled", 1, ""),
                        vm("grows", "resizing", "changing", 1, ""),
                        vm("blind", "settled", 1, "\"host_metrics\":\"refused\""),
                        vm("waits", "not_permitted", "blocked", 1, ""),
                        "{\"name\":\"ended\",\"state\":\"dead\",\"attention\":\"problem\",\"why\":\"ended died\",\"size\":null}");
        assertThat(agent.vms())
                .extracting(VmOverview::name)
                .containsExactly("blind", "ended", "waits", "grows", "calm");
        assertThat(agent.vms().getFirst().problems()).containsExactly("host metrics: refused");
        assertThat(lines(140, 24, agent, TopSelection.INITIAL).getFirst())
                .endsWith("5 VMs, 2 with problems");
    }

    /// A code of a newer agent must not look calm.
    @Test
    void anUnknownCodeNeedsAttention() throws Exception {
        assertThat(agent(vm("db", "new_state", "new", 1, "")).vms().getFirst().attention())
                .isEqualTo(Attention.BLOCKED);
    }

    @ParameterizedTest
    @CsvSource({"20,8", "63,10", "64,15", "99,16", "100,24", "300,60"})
    void fitsTheTerminal(int columns, int rows) throws Exception {
        AgentOverview agent =
                agent(
                        IntStream.range(0, 200)
                                .mapToObj(
                                        i ->
                                                vm(
                                                        "shop/a-long-name-of-a-database-" + i,
                                                        "settled",
                                                        1.25,
                                                        "\"x\":\"y\""))
                                .toArray(String[]::new));
        TopSelection last = press(TopSelection.INITIAL, "\u001b[F", agent);
        for (TopSelection each : List.of(TopSelection.INITIAL, last)) {
            List<String> lines = lines(columns, rows, agent, each);
            assertThat(lines).hasSizeLessThanOrEqualTo(rows).allMatch(it -> it.length() < columns);
            assertThat(lines).filteredOn(it -> it.startsWith("> ")).hasSize(1);
        }
        assertThat(lines(columns, rows, agent(), last)).hasSizeLessThanOrEqualTo(rows);
    }

    @Test
    void searchesMovesAndQuits() throws Exception {
        AgentOverview agent =
                agent(
                        vm("alpha", "settled", 1, ""),
                        vm("beta", "settled", 1, ""),
                        vm("gamma", "settled", 1, ""));
        TopSelection second = press(TopSelection.INITIAL, "\u001b[B", agent);
        assertThat(second.selected()).contains("beta");
        assertThat(press(second, "jjjj", agent).selected()).contains("gamma");
        assertThat(press(second, "kkkk", agent).selected()).contains("alpha");
        TopSelection search = press(second, "/MMq", agent);
        assertThat(search.search()).isEqualTo("MMq");
        assertThat(search.isClosed()).isFalse();
        search = press(search, "\u007f\r", agent);
        assertThat(search.shown(agent.vms())).extracting(VmOverview::name).containsExactly("gamma");
        assertThat(search.index(search.shown(agent.vms()))).isZero();
        assertThat(press(search, "\u001b", agent).search()).isEmpty();
        assertThat(press(search, "q", agent).isClosed()).isTrue();
        assertThat(lines(140, 24, agent, press(search, "/x", agent)).getFirst())
                .contains("3 VMs, 0 shown");
    }

    private static TopSelection press(TopSelection selection, String typed, AgentOverview agent) {
        TopSelection changed = selection;
        for (TerminalKey each : TerminalKey.decode(typed.getBytes(StandardCharsets.UTF_8)))
            changed = changed.after(each, agent.vms(), 10);
        return changed;
    }

    @Test
    void replacesControlCharacters() throws Exception {
        AgentOverview agent =
                agent(vm("a\\u001b[2Jb", "settled", 1, "\"readiness\":\"line\\nline\""));
        assertThat(
                        lines(140, 24, agent, TopSelection.INITIAL).stream()
                                .collect(Collectors.joining()))
                .doesNotContain("\u001b", "\n");
        assertThat(TopFrame.plain(agent)).hasSize(2).noneMatch(it -> it.contains("\u001b"));
    }

    @Test
    void showsThatTheStatusIsOld() throws Exception {
        assertThat(
                        new TopFrame(new TerminalText(80, true, true), 20)
                                .lines(
                                        agent(vm("db", "settled", 1, "")),
                                        TopSelection.INITIAL,
                                        "here",
                                        Optional.of("no agent answers")))
                .contains("\u001b[31mnot up to date: no agent answers\u001b[0m");
    }
}
