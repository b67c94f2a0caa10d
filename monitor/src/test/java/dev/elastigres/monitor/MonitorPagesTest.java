package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.TestMonitor.MonitorPage;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.protocol.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages for people and scripts.
class MonitorPagesTest {
    @TempDir static Path folder;
    private static FakeKernelTree tree;
    private static TestMonitor monitor;

    @BeforeAll
    static void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        monitor = TestMonitor.start(tree);
        monitor.awaitSamples();
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    @Test
    void aSoundMonitorIsHealthyAndReady() throws Exception {
        assertThat(monitor.get("/healthz")).isEqualTo(new MonitorPage(200, "ok\n"));
        assertThat(monitor.get("/readyz")).isEqualTo(new MonitorPage(200, "ready\n"));
    }

    @Test
    void unknownPathsAnswer404() throws Exception {
        for (String path : List.of("/", "/monitors", "/status/x", "/healthz/"))
            assertThat(monitor.get(path).code()).as(path).isEqualTo(404);
    }

    @Test
    void allReasonsAreGivenWhenNotReady() throws Exception {
        var lost = new FakeKernelTree(Files.createDirectory(folder.resolve("lost"))).total(1024);
        try (var unready = TestMonitor.start(lost, "--pgconnstr", "host=127.0.0.1 port=1")) {
            unready.awaitUnready("Postgres is down: ");
            unready.awaitUnready("memory usage is unknown: ");
            MonitorPage page = unready.get("/readyz");
            assertThat(page.code()).isEqualTo(503);
            assertThat(page.body()).contains("memory usage is unknown: ", "\nPostgres is down: ");
            assertThat(unready.get("/healthz").code()).isEqualTo(200);
            assertThat(unready.status("ready")).isEqualTo("false");
            assertThat(unready.status("cache", "postgres")).isEqualTo("down");
        }
    }

    @Test
    void theStatusTellsTheWholeState() throws Exception {
        try (var agent = monitor.agent()) {
            assertThat(agent.announce(2, 1100).next().type()).isEqualTo("UpscaleConfirmation");
            monitor.awaitStatus(Long.toString(1100L << 20), "memory", "announced_bytes");
            assertThat(monitor.status("ready")).isEqualTo("true");
            assertThat(monitor.status("session", "live")).isEqualTo("true");
            assertThat(monitor.status("session", "agent")).startsWith("127.0.0.1:");
            assertThat(monitor.status("session", "protocol_version")).isEqualTo("1");
            assertThat(monitor.status("session", "answer_pending")).isEqualTo("false");
            assertThat(monitor.status("memory", "observed_bytes")).isEqualTo("1073741824");
            assertThat(monitor.status("usage", "average_bytes")).isEqualTo("209715200");
            assertThat(monitor.status("usage", "source")).isEqualTo("cgroup " + tree.cgroup());
            assertThat(monitor.status("cache", "policy")).isEqualTo("none");
            assertThat(monitor.status("last_decision")).startsWith("confirmed 1.07GiB: ");
        }
    }

    @Test
    void everyAmountInTheStatusHasItsUnitInItsName() throws Exception {
        var numbers = new ArrayList<String>();
        collectNumbers("", Json.parse(monitor.get("/status").body()), numbers);
        assertThat(numbers)
                .hasSizeGreaterThan(5)
                .allMatch(
                        name ->
                                name.matches(
                                        ".*_(bytes|ms)|samples|oom_kills|.*_(version|requests)"));
    }

    @Test
    void reportsThatNoMemoryIsWatched() throws Exception {
        String root = tree.root().toString();
        var config =
                TestMonitor.config(
                        Map.of(),
                        "--addr",
                        "127.0.0.1:0",
                        "--path.cgroup",
                        root,
                        "--path.procfs",
                        root);
        assertThat(config.watched().cgroup()).isEmpty();
        try (var unwatched = TestMonitor.start(config);
                var agent = unwatched.agent()) {
            WireMessage answer = agent.askDownscale(2, 512).next();
            assertThat(answer.ok()).isTrue();
            assertThat(answer.status()).isEqualTo("no cache is managed; no memory is watched");
            assertThat(unwatched.status("usage", "state")).isEqualTo("unwatched");
            assertThat(unwatched.log()).contains("no memory is watched");
        }
    }

    private static void collectNumbers(String name, Json value, List<String> numbers) {
        switch (value) {
            case Json.Obj(var members) ->
                    members.forEach((key, member) -> collectNumbers(key, member, numbers));
            case Json.Arr(var items) -> items.forEach(item -> collectNumbers(name, item, numbers));
            case Json.Num _ -> numbers.add(name);
            case Json.Str _, Json.Bool _, Json.Null _ -> {}
        }
    }
}
