package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.pods.FakeContainer;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.metrics.HostPage;
import dev.elastigres.protocol.metrics.VmPages;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A monitor of a node's containers.
class PodsTest {
    @TempDir Path folder;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(folder);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static Json mebibytes(long count) {
        return Json.Num.of(count << 20);
    }

    /// Creates two watched containers, each with 1 GiB, of which 200 MiB are used.
    private List<FakeContainer> two() throws Exception {
        FakeContainer one = node.cgroup(1).limit(1024).usage(200);
        FakeContainer other = node.cgroup(2).limit(1024).usage(200);
        node.watchList(TestNode.container(1), TestNode.container(2)).awaitWatched(1, 2);
        return List.of(one, other);
    }

    // ---- growing and shrinking

    @Test
    void eachAsksForItsOwnNeed() throws Exception {
        List<FakeContainer> cgroups = two();
        try (var one = node.agent(1);
                var other = node.agent(2)) {
            cgroups.getFirst().usage(900);
            WireMessage request = one.nextUpscaleRequest();
            assertThat(request.text()).contains("\"reason\":\"usage\"");
            assertThat(other.askHealth(2).next().type()).isEqualTo("HealthCheck");

            cgroups.getFirst().limit(2048);
            one.announce(2, 2048);
            assertThat(one.nextAnswer().type()).isEqualTo("UpscaleConfirmation");
            node.awaitStatus(1, mebibytes(2048), "memory", "observed_bytes");
            node.awaitStatus(
                    1, Json.Num.of((long) ((2048L << 20) * 0.85)), "memory", "threshold_bytes");
            node.awaitStatus(2, mebibytes(1024), "memory", "observed_bytes");
        }
    }

    @Test
    void aLimitThatRisesTeachesHowLongThatTakes() throws Exception {
        List<FakeContainer> cgroups = two();
        node.awaitStatus(1, Json.Num.of(1500), "memory", "horizon_ms");
        try (var one = node.agent(1)) {
            cgroups.getFirst().usage(900);
            one.nextUpscaleRequest();
            one.announce(2, 2048);
            assertThat(one.nextAnswer().text()).contains("\"applied_mem\":" + (1024L << 20));
            node.awaitStatus(1, new Json.Bool(true), "memory", "underway");
            cgroups.getFirst().limit(2048);
            node.awaitStatus(1, new Json.Bool(false), "memory", "underway");
            node.await(
                    "the horizon was learned",
                    () ->
                            !node.status(1, "memory", "horizon_ms")
                                    .equals(Optional.of(Json.Num.of(1500))));
        }
        node.awaitStatus(2, Json.Num.of(1500), "memory", "horizon_ms");
        ScrapedPage page = node.metrics();
        assertThat(page.value(horizon("pg-1"))).isNotEqualTo(1.5);
        assertThat(page.value(horizon("pg-2"))).isEqualTo(1.5);
    }

    private static String horizon(String pod) {
        return "elastigres_monitor_memory_horizon_seconds{namespace=\"db\",pod=\"%s\",container=\"postgres\"}"
                .formatted(pod);
    }

    @Test
    void oneMayShrinkAndTheOtherMayNot() throws Exception {
        List<FakeContainer> cgroups = two();
        cgroups.getLast().usage(600);
        node.awaitStatus(2, mebibytes(600), "usage", "last_bytes");
        for (int of : List.of(1, 2))
            node.await(
                    "there are samples enough",
                    () ->
                            node.status(of, "usage", "samples")
                                    .filter(it -> !it.equals(Json.Num.of(1)))
                                    .isPresent());
        try (var one = node.agent(1);
                var other = node.agent(2)) {
            assertThat(one.askDownscale(2, 512).next().ok()).isTrue();
            WireMessage refusal = other.askDownscale(2, 512).nextAnswer();
            assertThat(refusal.ok()).isFalse();
            assertThat(refusal.text()).contains("\"reason\":\"too_much_used\"");
            node.awaitStatus(1, threshold(512), "memory", "threshold_bytes");
            node.awaitStatus(2, threshold(1024), "memory", "threshold_bytes");
        }
    }

    private static Json threshold(long mebibytes) {
        return Json.Num.of((long) ((mebibytes << 20) * 0.85));
    }

    @Test
    void oneWhoseFilesDoNotAnswerLeavesTheOthersAlone() throws Exception {
        List<FakeContainer> cgroups = two();
        Path stat = cgroups.getLast().folder().resolve("memory.stat");
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Files.move(fifo, stat, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        node.awaitStatus(2, new Json.Str("unreadable"), "usage", "state");
        cgroups.getFirst().usage(300);
        node.awaitStatus(1, mebibytes(300), "usage", "last_bytes");
        try (var other = node.agent(2)) {
            WireMessage refusal = other.askDownscale(2, 512).nextAnswer();
            assertThat(refusal.ok()).isFalse();
            assertThat(refusal.status()).endsWith("does not answer");
        }
        assertThat(node.get("/readyz").code()).isEqualTo(503);
    }

    @Test
    void cpusAreAskedForByPartsOfOne() throws Exception {
        FakeContainer cgroup = node.cgroup(1).limit(1024).usage(200).cpuLimit(0.5);
        node.watchList(TestNode.container(1)).awaitWatched(1);
        try (var agent = node.agent(1)) {
            long begin = System.nanoTime();
            Thread load =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            while (true) {
                                                long micros = (System.nanoTime() - begin) / 1000;
                                                cgroup.cpuTime(micros / 2)
                                                        .cpuStall(micros * 9 / 10, micros * 3 / 4);
                                                Thread.sleep(20);
                                            }
                                        } catch (Exception _) {
                                            // Enough.
                                        }
                                    });
            WireMessage request = agent.nextUpscaleRequest();
            load.interrupt();
            load.join();
            assertThat(request.text()).contains("\"reason\":\"cpu\"", "\"want_cpu\":1,");
        }
    }

    // ---- where they are

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubepods/pod%1$s/%3$s",
                "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%2$s.slice"
                        + "/cri-containerd-%3$s.scope",
                "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice"
                        + "/kubelet-kubepods-besteffort-pod%2$s.slice/crio-%3$s.scope"
            })
    void findsCgroupsAndFindsRecreatedOnesAgain(String layout) throws Exception {
        String uid = TestNode.uid(1);
        String path = layout.formatted(uid, uid.replace('-', '_'), TestNode.id(1));
        node.watchList(TestNode.container(1));
        node.awaitCode(503, "/host/" + TestNode.container(1).key());
        FakeContainer cgroup = node.cgroup(path).limit(512).usage(10);
        node.awaitWatched(1);
        cgroup.remove();
        try (var agent = node.agent(1)) {
            node.await("unready", () -> node.get("/readyz").code() == 503);
            assertThat(agent.askDownscale(2, 256).next().ok()).isFalse();
            node.cgroup(path).limit(256).usage(20);
            node.awaitStatus(1, mebibytes(256), "memory", "observed_bytes");
            node.awaitWatched(1);
            node.awaitCode(200, "/readyz");
            assertThat(agent.askHealth(4).nextAnswer().type()).isEqualTo("HealthCheck");
        }
    }

    @Test
    void watchesContainerAtItsNewCgroup() throws Exception {
        FakeContainer before = node.cgroup(1).limit(512).usage(10);
        node.watchList(TestNode.container(1)).awaitWatched(1);
        try (var agent = node.agent(1)) {
            node.cgroup("kubepods/pod%s/%s".formatted(TestNode.uid(1), TestNode.id(1)))
                    .limit(300)
                    .usage(10);
            before.remove();
            assertThat(agent.closeFrame().reason()).isEqualTo("the container's cgroup has moved");
        }
        node.awaitStatus(1, mebibytes(300), "memory", "observed_bytes");
    }

    @Test
    void usesPodLimitOrElseMachineTotal() throws Exception {
        node.cgroup(1).limit(1024).podLimit(512).usage(10);
        node.cgroup(2).usage(10);
        node.watchList(TestNode.container(1), TestNode.container(2)).awaitWatched(1, 2);
        node.awaitStatus(1, mebibytes(512), "memory", "observed_bytes");
        node.awaitStatus(2, mebibytes(8192), "memory", "observed_bytes");
    }

    // ---- who they are

    @Test
    void watchListChangesAffectOnlyTheirContainers() throws Exception {
        two();
        try (var one = node.agent(1);
                var other = node.agent(2)) {
            node.watchList(TestNode.container(2));
            TestAgent.CloseFrame closeFrame = one.closeFrame();
            assertThat(closeFrame.code()).isEqualTo(1001);
            assertThat(closeFrame.reason())
                    .isEqualTo("the container is not on the watch list any more");
            node.awaitCode(404, "/host/" + TestNode.container(1).key());

            // A restarted container: another cgroup, and no knowledge of the previous one.
            var anew = TestNode.container(1, "abc");
            node.cgroup("kubepods/burstable/pod%s/abc".formatted(TestNode.uid(1)))
                    .limit(700)
                    .usage(10);
            node.watchList(TestNode.container(2), anew);
            node.awaitStatus(1, mebibytes(700), "memory", "observed_bytes");
            try (var again = node.agent(1)) {
                assertThat(again.askHealth(2).next().type()).isEqualTo("HealthCheck");
                node.watchList(TestNode.container(2), TestNode.container(1));
                assertThat(again.closeFrame().reason()).startsWith("the container was restarted");
            }
            node.awaitStatus(1, mebibytes(1024), "memory", "observed_bytes");
            assertThat(other.askHealth(2).next().type()).isEqualTo("HealthCheck");
        }
    }

    @Test
    void keepsContainersWhileWatchListIsInvalid() throws Exception {
        node.await(
                "the missing list is reported",
                () -> node.get("/readyz").body().contains("pods.json does not exist"));
        two();
        try (var one = node.agent(1)) {
            for (String text :
                    List.of(
                            "{\"version\":1,\"containers\":[{\"postgres\":\"geheim\"}]}",
                            "geheim",
                            "",
                            " ".repeat(2 << 20))) {
                node.watchListText(text);
                node.awaitCode(503, "/readyz");
                assertThat(node.get("/readyz").body())
                        .contains("the watch list cannot be followed: ");
                assertThat(one.askHealth(2).next().type()).isEqualTo("HealthCheck");
                node.watchList(TestNode.container(1), TestNode.container(2));
                node.awaitCode(200, "/readyz");
            }
            Files.delete(node.watchListFile());
            node.awaitCode(503, "/readyz");
            assertThat(one.askHealth(4).next().type()).isEqualTo("HealthCheck");
        }
        assertThat(node.log())
                .contains("`containers[0]`: `uid` is missing", "is longer than 1048576 bytes")
                .doesNotContain("geheim");
        assertThat(node.log().lines().filter(it -> it.contains("is longer than"))).hasSize(1);
    }

    @Test
    void removesContainerDespiteMessageFlood() throws Exception {
        two();
        try (var one = node.agent(1);
                var other = node.agent(2)) {
            Thread flood =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            for (long id = 2; ; id += 2) one.askHealth(id);
                                        } catch (Exception _) {
                                            // The session was ended.
                                        }
                                    });
            node.watchList(TestNode.container(2));
            node.awaitCode(404, "/host/" + TestNode.container(1).key());
            flood.join();
            assertThat(other.askHealth(2).next().type()).isEqualTo("HealthCheck");
        }
    }

    // ---- doors

    @ParameterizedTest
    @CsvSource({
        "/monitor, 404",
        "/monitor/, 404",
        "/monitor/nobody/postgres, 404",
        "/monitor/../../etc, 404",
        "/host/nobody/postgres, 404",
        "/cache/nobody/postgres, 404",
        "/host, 404"
    })
    void rejectsUnknownPaths(String path, int code) throws Exception {
        two();
        assertThat(node.get(path).code()).isEqualTo(code);
        try (var agent = TestAgent.dial(node.address())) {
            assertThat(agent.upgradeHead(path, "")).startsWith("HTTP/1.1 " + code + " ");
        }
    }

    @Test
    void tokenGuardsPagesOfContainersAlike() throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, "0123456789abcdef0123456789abcdef\n");
        try (var guarded =
                TestNode.start(
                        folder.resolve("guarded"),
                        "--token-file=" + token,
                        "--open-pages=/healthz,/status")) {
            assertThat(guarded.get("/metrics").code()).isEqualTo(401);
            assertThat(guarded.get("/healthz").code()).isEqualTo(200);
            guarded.cgroup(1).limit(512).usage(10);
            guarded.watchList(TestNode.container(1)).awaitWatched(1);
            for (String path : List.of(TestNode.agentPath(TestNode.container(1)), "/monitor/a/b"))
                try (var stranger = TestAgent.dial(guarded.address());
                        var page = TestAgent.dial(guarded.address())) {
                    assertThat(stranger.upgradeHead(path, "")).startsWith("HTTP/1.1 401 ");
                    assertThat(page.upgradeHead(path, "Origin: https://evil.example\r\n"))
                            .startsWith("HTTP/1.1 403 ");
                }
            try (var agent = TestAgent.dial(guarded.address())) {
                assertThat(
                                agent.upgradeHead(
                                        TestNode.agentPath(TestNode.container(1)),
                                        "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"))
                        .startsWith("HTTP/1.1 101 ");
            }
        }
    }

    // ---- pages

    @Test
    void metricsNameTheirContainer() throws Exception {
        List<FakeContainer> cgroups = two();
        cgroups.getFirst().oomKills(3);
        ScrapedPage page = node.metrics();
        String one = "{namespace=\"db\",pod=\"pg-1\",container=\"postgres\"}";
        String other = "{namespace=\"db\",pod=\"pg-2\",container=\"postgres\"}";
        assertThat(page.value("elastigres_monitor_memory_observed_bytes" + one)).isEqualTo(1 << 30);
        assertThat(page.value("elastigres_monitor_oom_kills_total" + one)).isEqualTo(3);
        assertThat(page.value("elastigres_monitor_oom_kills_total" + other)).isZero();
        assertThat(page.value("elastigres_monitor_container_watched" + other)).isEqualTo(1);
        assertThat(page.value("elastigres_monitor_roster_followed")).isEqualTo(1);
        // All metrics of one Postgres, each family in one piece, and the metrics of the node.
        var families = new ArrayList<>(DocumentedMetrics.of("The monitor"));
        var names = page.families().stream().map(ScrapedPage.ScrapedFamily::name).toList();
        assertThat(names).doesNotHaveDuplicates();
        assertThat(families.stream().map(ScrapedPage.ScrapedFamily::name))
                .filteredOn(name -> !names.contains(name))
                // Without requests, refusals and caches, these have no samples.
                .containsOnly(
                        "elastigres_monitor_memory_announced_bytes",
                        "elastigres_monitor_session_protocol_version",
                        "elastigres_monitor_refusals_total",
                        "elastigres_monitor_cache_wanted_bytes",
                        "elastigres_monitor_cache_actual_bytes");
        assertThat(DocumentedMetrics.of("A node's containers"))
                .extracting(ScrapedPage.ScrapedFamily::name)
                .allMatch(names::contains)
                .isNotEmpty();
    }

    @Test
    void aContainersHostPageIsThatOfAMachine() throws Exception {
        node.cgroup(1).limit(1024).usage(200).cpuTime(4_000_000).cpuStall(500_000, 0).oomKills(2);
        node.watchList(TestNode.container(1)).awaitWatched(1);
        String path = "/host/" + TestNode.container(1).key();
        node.await("the load is known", () -> node.get(path).body().contains("host_load1 "));
        HostPage page = VmPages.host(node.get(path).body());
        assertThat(page.metrics().total()).isEqualTo(Bytes.ofMebibytes(1024));
        assertThat(page.metrics().available()).isEqualTo(Bytes.ofMebibytes(824));
        assertThat(page.metrics().cached()).isEqualTo(Bytes.ofMebibytes(200));
        assertThat(page.metrics().load1()).isZero();
        assertThat(page.oomKills()).hasValue(2);
        assertThat(page.waiting()).hasValue(0.5);
        assertThat(page.cpus()).hasSize(2);
        assertThat(page.cpus().get("0")).isEqualTo(new HostPage.CpuTime(2, 1000));
        assertThat(node.get("/cache/" + TestNode.container(1).key()).code()).isEqualTo(200);
    }

    @Test
    void logLinesNameTheirContainer() throws Exception {
        List<FakeContainer> cgroups = two();
        try (var one = node.agent(1)) {
            cgroups.getFirst().usage(900);
            one.nextUpscaleRequest();
        }
        // The line is written after the message is sent.
        node.await("it is said", () -> node.log().contains("asked for more memory"));
        assertThat(node.log().lines().filter(it -> it.contains("asked for more memory")))
                .allMatch(
                        it ->
                                it.contains(
                                        "\"namespace\":\"db\",\"pod\":\"pg-1\",\"container\":\"postgres\""));
    }

    // ---- Postgres

    @Test
    void hungServersDoNotDelayOtherContainers() throws Exception {
        try (var hung = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            var containers = new ArrayList<WatchedContainer>();
            for (int i = 2; i < 40; i++) {
                node.cgroup(i).limit(512).usage(10);
                containers.add(
                        TestNode.managed(
                                i,
                                "host=nobody hostaddr=127.0.0.1 port=%d user=u password=geheim"
                                        .formatted(hung.getLocalPort())));
            }
            node.cgroup(1).limit(1024).usage(100);
            containers.add(TestNode.container(1));
            node.watchList(containers.toArray(WatchedContainer[]::new));
            node.awaitWatched(1, 2, 39);
            node.awaitStatus(39, new Json.Str("hung"), "cache", "postgres");
            try (var agent = node.agent(1)) {
                for (int id = 2; id < 40; id += 2) {
                    long begin = System.nanoTime();
                    assertThat(agent.askDownscale(id, 512).next().ok()).isTrue();
                    assertThat(agent.announce(id + 100, 1024).next().type())
                            .isEqualTo("UpscaleConfirmation");
                    // None of their timeouts of two seconds was waited for.
                    assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
                }
            }
        }
        assertThat(node.log() + node.get("/status").body()).doesNotContain("geheim");
    }

    @Test
    void settingsFollowTheLimit() throws Exception {
        try (var server =
                PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()))) {
            var postgres = new ManagedPostgres(server, "effective_cache_size");
            FakeContainer cgroup = node.cgroup(1).limit(1024).usage(50);
            node.cgroup(2).limit(1024).usage(50);
            node.watchList(
                            TestNode.managed(
                                    1,
                                    "host=pg-1.db hostaddr=127.0.0.1 port=%d user=postgres dbname=postgres"
                                            .formatted(server.port())),
                            TestNode.managed(2, "host=x nonsense=geheim"))
                    .awaitWatched(1);
            node.await("it fits", () -> postgres.size().equals(Bytes.ofMebibytes(768)));
            cgroup.limit(2048);
            try (var agent = node.agent(1)) {
                assertThat(agent.announce(2, 2048).nextAnswer().type())
                        .isEqualTo("UpscaleConfirmation");
                assertThat(agent.askDownscale(4, 512).nextAnswer().ok()).isTrue();
            }
            assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(384));
            // A container with an invalid connection string reports this, without quoting it.
            assertThat(node.get("/readyz").body())
                    .contains("db/pg-2/postgres: ", "unknown option nonsense");
            assertThat(node.log()).doesNotContain("geheim");
        }
    }
}
