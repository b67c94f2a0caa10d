package dev.elastigres.kubernetes.watchlist;

import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.NodeWatcher;
import dev.elastigres.kubernetes.targets.CacheKind;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.pods.WatchedContainer.CacheMode;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
class WatchListWriterTest {
    private static final String SCALED = "{\"scaled\":\"yes\"}";
    private static final String MANAGED = "{\"scaled\":\"yes\",\"cnpg.io/cluster\":\"c\"}";

    private final List<String> notices = new CopyOnWriteArrayList<>();

    @Test
    void writesContainersToWatchAndTheirSettings(@TempDir Path cgroups, @TempDir Path run)
            throws Exception {
        Path file = run.resolve("pods.json");
        Path watchList = run.resolve("watched.json");
        try (SingleNodeCluster node = SingleNodeCluster.start(cgroups);
                KubernetesClient client = node.client()) {
            var problems = new ActiveProblems(node.log());
            var api = new ApiClient(client, problems);
            for (String pod : List.of("a", "managed", "missing"))
                node.say(pod, it -> withSettings(it, pod.equals("missing") ? "gone" : "login"));
            node.say(
                    "quiet",
                    it ->
                            SingleNodeCluster.with(
                                    withSettings(it, "login"),
                                    ScalingMode.RECOMMEND,
                                    OnNodeFull.WAIT));
            node.plane()
                    .kubectl()
                    .run(
                            "create",
                            "secret",
                            "generic",
                            "login",
                            "-n",
                            "db",
                            "--from-literal=uri=postgresql://u:geheim@pg/d");
            try (var watch =
                            new NodeWatcher(
                                    client,
                                    api,
                                    NODE,
                                    node.choosing(client),
                                    problems,
                                    node.log());
                    var writer =
                            new WatchListWriter(
                                    watch,
                                    file,
                                    Optional.of(watchList),
                                    false,
                                    api,
                                    (pod, notice) ->
                                            notices.add(pod.pod().name() + " " + notice.text()),
                                    problems,
                                    node.log())) {
                watch.start(() -> {}, _ -> {}, _ -> {});
                writer.start();
                node.await("an empty watch list", () -> read(file).isEmpty());

                String size = SingleNodeCluster.amounts(1);
                node.pod("a", size, size, SCALED);
                node.pod("managed", size, size, MANAGED);
                node.pod("missing", size, size, SCALED);
                node.pod("quiet", size, size, SCALED);
                node.pod("other", size, size, "{}");
                node.await("all four", () -> read(file).size() == 4);
                WatchedContainer a = read(file).getFirst();
                assertThat(a.uid()).isEqualTo(node.get("a").getMetadata().getUid());
                assertThat(a.cache()).isEqualTo(CacheMode.SETTINGS);
                assertThat(a.postgres()).contains("postgresql://u:geheim@pg/d?hostaddr=10.9.8.7");
                for (WatchedContainer each : read(file).subList(1, 4))
                    assertThat(each.postgres()).as(each.pod()).isEmpty();
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                // The reclaimer's file has the same containers without secrets.
                node.await("the same", () -> read(watchList).size() == 4);
                assertThat(read(watchList)).allMatch(it -> it.postgres().isEmpty());
                assertThat(read(watchList).getFirst().id()).isEqualTo(a.id());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(watchList)))
                        .isEqualTo("rw-r-----");
                assertThat(problems.all()).as("the agent stays ready").isEmpty();
                assertThat(notices)
                        .containsExactly(
                                "missing its Postgres' settings do not follow its memory: the"
                                        + " Secret gone cannot be used: there is no such Secret");
                assertThat(node.logged())
                        .contains(
                                "cannot connect to Postgres by the key uri of the Secret db/gone");
                assertThat(node.logged()).doesNotContain("geheim");

                node.say("slow", WatchListWriterTest::chosenLater);
                node.pod("slow", size, size, SCALED);
                node.await("the slow one", () -> read(file).size() == 5);
                node.delete("slow");
                node.await("four", () -> read(file).size() == 4);

                String before = a.id();
                node.restart("a");
                node.await("another start", () -> !read(file).getFirst().id().equals(before));
                node.delete("missing");
                node.await("three", () -> read(file).size() == 3);
                assertThat(notices).as("told once").hasSize(1);
                try (var files = Files.list(run)) {
                    assertThat(files).containsExactlyInAnyOrder(file, watchList);
                }
            }
        }
    }

    /// The owner of a namespace grants the right to read a Secret, and may not have done so.
    @Test
    void unreadableSecretIsAProblemOfItsPod(@TempDir Path cgroups, @TempDir Path run)
            throws Exception {
        Path file = run.resolve("pods.json");
        try (SingleNodeCluster node = SingleNodeCluster.start(cgroups);
                KubernetesClient client = node.client()) {
            String rights =
                    SingleNodeCluster.RIGHTS.replace("resources: [secrets]", "resources: [none]");
            assertThat(rights).isNotEqualTo(SingleNodeCluster.RIGHTS);
            node.plane().kubectl().apply(rights);
            var problems = new ActiveProblems(node.log());
            var api = new ApiClient(client, problems);
            node.say("closed", it -> withSettings(it, "login"));
            try (var watch =
                            new NodeWatcher(
                                    client,
                                    api,
                                    NODE,
                                    node.choosing(client),
                                    problems,
                                    node.log());
                    var watchList =
                            new WatchListWriter(
                                    watch,
                                    file,
                                    Optional.empty(),
                                    false,
                                    api,
                                    (pod, notice) ->
                                            notices.add(pod.pod().name() + " " + notice.text()),
                                    problems,
                                    node.log())) {
                watch.start(() -> {}, _ -> {}, _ -> {});
                watchList.start();
                String size = SingleNodeCluster.amounts(1);
                node.pod("closed", size, size, SCALED);
                node.pod("open", size, size, SCALED);
                node.await("both", () -> read(file).size() == 2);
                assertThat(read(file)).allMatch(it -> it.postgres().isEmpty());
                assertThat(notices)
                        .containsExactly(
                                "closed its Postgres' settings do not follow its memory: the Secret"
                                        + " login cannot be used: the agent has no right to read it:"
                                        + " grant the right with a Role");
                node.await("the node is known", () -> watch.room().isPresent());
                assertThat(problems.all()).as("the agent stays ready").isEmpty();
            }
        }
    }

    /// Delays the selection until all threads have seen the last change of the pod.
    private static ScaledPod chosenLater(ScaledPod it) {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        return it;
    }

    private static ScaledPod withSettings(ScaledPod it, String secret) {
        return new ScaledPod(
                it.pod(),
                it.uid(),
                it.container(),
                it.unit(),
                it.limits(),
                it.mode(),
                it.resources(),
                it.rules(),
                CacheKind.SETTINGS,
                Optional.of(new SecretKeyReference(secret, "uri")),
                it.onNodeFull(),
                it.source());
    }

    private static List<WatchedContainer> read(Path file) throws Exception {
        return Files.exists(file)
                ? WatchListCodec.decode(Files.readString(file)).containers()
                : List.of(none());
    }

    /// Returned while there is no file yet.
    private static WatchedContainer none() {
        return new WatchedContainer("none", "n", "n", "n", "0", CacheMode.NONE, Optional.empty());
    }
}
