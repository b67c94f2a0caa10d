package dev.elastigres.kubernetes.driver;

import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome.Done;
import dev.elastigres.core.agent.ResourceOutcome.Failed;
import dev.elastigres.core.agent.ResourceOutcome.HeldByPageCache;
import dev.elastigres.core.agent.ResourceOutcome.InUse;
import dev.elastigres.core.agent.ResourceOutcome.Pending;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodeWatcher;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.ControlledValues;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Against a real API server, with this test as the kubelet.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class PodsDriverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private SingleNodeCluster node;

    private KubernetesClient client;
    private ActiveProblems problems;
    private NodeWatcher watch;
    private TemplateSizes templates;
    private PodsDriver driver;
    private final List<PodNotice> notices = new CopyOnWriteArrayList<>();
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        calls.shutdownNow();
        node.close();
    }

    @BeforeEach
    void startDriver() throws Exception {
        client = node.client();
        problems = new ActiveProblems(node.log());
        var api = new ApiClient(client, problems);
        watch = new NodeWatcher(client, api, NODE, node.choosing(client), problems, node.log());
        watch.start(() -> {}, _ -> {}, _ -> {});
        templates = new TemplateSizes(watch, api, node.log());
        templates.start();
        driver = driver(Optional.empty());
    }

    private PodsDriver driver(Optional<Reclaimer> reclaimer) {
        return new PodsDriver(
                watch,
                watch::room,
                new ApiClient(client, problems),
                templates,
                node.cgroups(),
                new PodEndpoints(new HostPort("127.0.0.1", 10301)),
                new ResizeCounts(),
                (_, notice) -> notices.add(notice),
                reclaimer);
    }

    @AfterEach
    void stopDriver() throws Exception {
        templates.close();
        watch.close();
        client.close();
        notices.clear();
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        node.plane()
                .kubectl()
                .run("delete", "pods", "--all", "-n", "db", "--grace-period=0", "--force");
    }

    @Test
    void growsInOnePatchAndWaitsForKubeletAndKernel() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        assertThat(((Endpoint.Available) pg.endpoints().monitor()).uri().toString())
                .isEqualTo(
                        "ws://127.0.0.1:10301/monitor/"
                                + node.get("pg").getMetadata().getUid()
                                + "/postgres");
        assertThat(look(pg)).isEqualTo(new ObservedSize(size(1), size(1)));

        Future<ResizeOutcome> resize = resize(pg, 1, 2);
        awaitSpec("pg", "requests 500m 512Mi limits 500m 512Mi");
        assertThat(node.get("pg").getMetadata().getGeneration()).isEqualTo(2);
        node.limitsOnly("pg");
        assertThat(look(pg, Duration.ofMillis(100))).isEqualTo("busy");
        node.statusOnly("pg");
        assertThat(resize.get()).isEqualTo(new ResizeOutcome.Done(size(2)));
        assertThat(look(pg)).isEqualTo(new ObservedSize(size(2), size(2)));
    }

    @Test
    void requiresKernelLimitsBesidesKubeletStatus() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        Future<ResizeOutcome> resize =
                calls.submit(() -> resize(pg, 1, 2, Duration.ofSeconds(2)).get());
        awaitSpec("pg", "requests 500m 512Mi limits 500m 512Mi");
        node.statusOnly("pg");
        assertThat(((ResizeOutcome.PerResource) resize.get()).size()).isEqualTo(size(1));
        assertThat(look(pg)).isEqualTo(new ObservedSize(size(1), size(2)));
        // What was asked for stays asked for, and nothing is asked for twice.
        long generation = node.get("pg").getMetadata().getGeneration();
        Future<ResizeOutcome> again = resize(pg, 1, 2);
        node.limitsOnly("pg");
        assertThat(again.get()).isEqualTo(new ResizeOutcome.Done(size(2)));
        assertThat(node.get("pg").getMetadata().getGeneration()).isEqualTo(generation);
    }

    @Test
    void waitsForDeferredResize() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        Future<ResizeOutcome> resize = resize(pg, 1, 4);
        awaitSpec("pg", "requests 1 1Gi limits 1 1Gi");
        // Of an earlier wish: it says nothing of this one.
        node.condition("pg", "PodResizePending", "Infeasible", "of old", 1);
        node.condition(
                "pg", "PodResizePending", "Deferred", "Node didn't have enough resource: cpu");
        // Each is tried alone, and both are left to wait.
        var waits =
                new Pending(
                        ResizeFailure.NO_ROOM,
                        "deferred by the kubelet: Node didn't have enough resource: cpu");
        try (var _ = kubelet("pg", _ -> Optional.of(NO_ROOM))) {
            assertThat(resize.get())
                    .isEqualTo(new ResizeOutcome.PerResource(size(1), waits, waits));
            awaitSpec("pg", "requests 1 1Gi limits 1 1Gi");
            assertThat(driver.isDeferred("db/pg")).isTrue();
            assertThat(look(pg)).isEqualTo(new ObservedSize(size(1), size(4)));
            // Asked again meanwhile, it still waits, and that is told once.
            assertThat(resize(pg, 1, 4).get())
                    .isEqualTo(new ResizeOutcome.PerResource(size(1), waits, waits));
        }
        awaitSpec("pg", "requests 1 1Gi limits 1 1Gi");
        assertThat(notices).hasSize(1);

        node.done("pg");
        node.await("granted", () -> look(pg).equals(new ObservedSize(size(4), size(4))));
        assertThat(driver.isDeferred("db/pg")).isFalse();
    }

    @Test
    void explainsInfeasibleSizeAndDoesNotRetryIt() throws Exception {
        node.guaranteed("pg", 1);
        node.pod("other", "{\"cpu\":\"1\",\"memory\":\"2Gi\"}", "{}", "{}");
        DiscoveredVm pg = find("pg");
        assertThat(pg.bounds().max()).isEqualTo(size(16));
        Future<ResizeOutcome> resize = resize(pg, 1, 16);
        awaitSpec("pg", "requests 4 4Gi limits 4 4Gi");
        // Each is tried alone, and what never comes is taken back.
        var never =
                new Failed(
                        ResizeFailure.TOO_LARGE,
                        "it exceeds the capacity of its node: Node didn't have enough capacity");
        try (var _ = kubelet("pg", _ -> Optional.of(NEVER))) {
            assertThat(resize.get())
                    .isEqualTo(new ResizeOutcome.PerResource(size(1), never, never));
            awaitSpec("pg", "requests 250m 256Mi limits 250m 256Mi");
        }
        assertThat(find("pg").bounds().max()).isEqualTo(new Resources(3, Bytes.ofGibibytes(2)));
        assertThat(resize(pg, 1, 1).get()).isEqualTo(new ResizeOutcome.Done(size(1)));
    }

    @Test
    void doesNotRetryInfeasibleMinimum() throws Exception {
        node.say("least", it -> SingleNodeCluster.withMin(it, OptionalInt.of(16)));
        node.guaranteed("least", 1);
        node.pod("other", "{\"cpu\":\"1\",\"memory\":\"2Gi\"}", "{}", "{}");
        DiscoveredVm min = find("least");
        assertThat(min.bounds().min()).isEqualTo(size(16));
        Future<ResizeOutcome> resize = resize(min, 1, 16);
        awaitSpec("least", "requests 4 4Gi limits 4 4Gi");
        try (var _ = kubelet("least", _ -> Optional.of(NEVER))) {
            assertThat(resize.get()).isInstanceOf(ResizeOutcome.PerResource.class);
        }
        assertThat(find("least").bounds().min()).isEqualTo(new Resources(3, Bytes.ofGibibytes(2)));
    }

    @Test
    void revertsFailedShrinkAtOnce() throws Exception {
        node.guaranteed("pg", 4);
        DiscoveredVm pg = find("pg");
        Future<ResizeOutcome> resize = resize(pg, 4, 2);
        awaitSpec("pg", "requests 500m 512Mi limits 500m 512Mi");
        // Files were read in between.
        node.use("pg", Bytes.ofMebibytes(50), Bytes.ofMebibytes(500));
        try (var _ =
                kubelet(
                        "pg",
                        spec -> spec.contains("512Mi") ? Optional.of(CANNOT) : Optional.empty())) {
            var outcome = (ResizeOutcome.PerResource) resize.get();
            assertThat(outcome.cpus()).isEqualTo(new Done());
            assertThat(outcome.memory())
                    .isEqualTo(new HeldByPageCache("cannot decrease memory limits"));
            assertThat(outcome.size()).isEqualTo(new Resources(0.5, Bytes.ofGibibytes(1)));
            awaitSpec("pg", "requests 500m 1Gi limits 500m 1Gi");
        }
        assertThat(notices).hasOnlyElementsOfType(PodNotice.HeldByPageCache.class).hasSize(1);
    }

    /// Page cache is in the way, and nothing frees it.
    @Test
    void lowersGuaranteedPodAsFarAsPageCachePermits() throws Exception {
        node.guaranteed("pg", 4);
        node.use("pg", Bytes.ofMebibytes(50), Bytes.ofMebibytes(500));
        DiscoveredVm pg = find("pg");
        try (var _ = kubelet("pg", _ -> Optional.empty())) {
            var outcome = (ResizeOutcome.PerResource) resize(pg, 4, 1).get();
            var kept = new Resources(0.25, Bytes.ofMebibytes(582));
            assertThat(outcome.size()).isEqualTo(kept);
            assertThat(outcome.cpus()).isEqualTo(new Done());
            assertThat(outcome.memory())
                    .isEqualTo(
                            new HeldByPageCache(
                                    "550MiB are occupied, 500MiB of that by page cache, and nothing"
                                            + " frees it: there is no reclaimer"));
            assertThat(look(pg)).isEqualTo(new ObservedSize(kept, kept));
            assertThat(node.spec("pg")).isEqualTo("requests 250m 582Mi limits 250m 582Mi");
        }
        assertThat(notices).hasOnlyElementsOfType(PodNotice.HeldByPageCache.class).hasSize(1);
    }

    /// The scheduler, quotas and the bill see the goal at once.
    @Test
    void lowersBurstableRequestsAtOnceAndLimitLater() throws Exception {
        String half = "{\"cpu\":\"500m\",\"memory\":\"512Mi\"}";
        node.pod("pg", half, SingleNodeCluster.amounts(4), "{\"scaled\":\"yes\"}");
        node.use("pg", Bytes.ofMebibytes(50), Bytes.ofMebibytes(500));
        DiscoveredVm pg = find("pg");
        try (var _ = kubelet("pg", _ -> Optional.empty())) {
            var outcome = (ResizeOutcome.PerResource) resize(pg, 4, 1).get();
            assertThat(outcome.size()).isEqualTo(size(1));
            assertThat(outcome.memory()).isInstanceOf(HeldByPageCache.class);
            assertThat(node.spec("pg")).isEqualTo("requests 125m 128Mi limits 250m 582Mi");
            assertThat(look(pg)).isEqualTo(new ObservedSize(size(1), size(1)));

            // It grows within the limit that stayed behind, by requests.
            assertThat(((ResizeOutcome.PerResource) resize(pg, 1, 2).get()).size())
                    .isEqualTo(size(2));
            assertThat(node.spec("pg")).isEqualTo("requests 250m 256Mi limits 500m 582Mi");
            assertThat(look(pg)).isEqualTo(new ObservedSize(size(2), size(2)));

            // The files are gone, and the limit follows.
            node.use("pg", Bytes.ofMebibytes(50));
            assertThat(resize(pg, 2, 2).get()).isEqualTo(new ResizeOutcome.Done(size(2)));
            assertThat(node.spec("pg")).isEqualTo("requests 250m 256Mi limits 500m 512Mi");
        }
    }

    /// A kubelet that has other figures than the kernel has old ones.
    @Test
    void aShrinkIsLeftToAKubeletThatIsBehind() throws Exception {
        node.guaranteed("pg", 4);
        DiscoveredVm pg = find("pg");
        try (var _ =
                kubelet(
                        "pg",
                        spec -> spec.contains("512Mi") ? Optional.of(CANNOT) : Optional.empty())) {
            var outcome = (ResizeOutcome.PerResource) resize(pg, 4, 2).get();
            assertThat(outcome.cpus()).isEqualTo(new Done());
            assertThat(outcome.memory()).isInstanceOf(Pending.class);
            assertThat(node.spec("pg")).isEqualTo("requests 500m 512Mi limits 500m 512Mi");
        }
        node.done("pg");
        node.await("done", () -> look(pg).size().equals(size(2)));
        assertThat(resize(pg, 2, 2).get()).isEqualTo(new ResizeOutcome.Done(size(2)));
    }

    /// A kubelet measures usage every 10 to 30 s. Files that are read in between fill the freed
    /// memory, so each attempt frees more than the last.
    @Test
    void lowersLimitDespiteConcurrentFileReads() throws Exception {
        node.guaranteed("pg", 4);
        Bytes inUse = Bytes.ofMebibytes(50);
        var pageCache = new AtomicReference<>(Bytes.ofMebibytes(800));
        node.use("pg", inUse, pageCache.get());
        driver =
                driver(
                        Optional.of(
                                (_, _, bytes, _, _) -> {
                                    readFiles(pageCache, it -> it.minus(bytes), inUse);
                                    return new Reclaimer.ReclaimResult(bytes, "");
                                }));
        DiscoveredVm pg = find("pg");
        int attempts = 0;
        try (var _ =
                kubelet(
                        "pg",
                        spec -> spec.contains("512Mi") ? Optional.of(CANNOT) : Optional.empty())) {
            do {
                var outcome = (ResizeOutcome.PerResource) resize(pg, 4, 2).get();
                assertThat(outcome.memory()).isInstanceOf(Pending.class);
                assertThat(node.spec("pg")).isEqualTo("requests 500m 512Mi limits 500m 512Mi");
                attempts++;
                readFiles(pageCache, it -> it.plus(Bytes.ofMebibytes(100)), inUse);
            } while (attempts < 5
                    && Bytes.ofMebibytes(512).isLessThan(inUse.plus(pageCache.get())));
        }
        assertThat(attempts).isEqualTo(2);
        node.done("pg");
        node.await("done", () -> look(pg).size().equals(size(2)));
    }

    private void readFiles(
            AtomicReference<Bytes> pageCache, UnaryOperator<Bytes> change, Bytes inUse) {
        try {
            node.use("pg", inUse, pageCache.updateAndGet(change));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// No limit of CPUs is the ordinary case: requests are scaled, and memory by both.
    @Test
    void scalesContainerWithoutLimitByRequests() throws Exception {
        node.pod(
                "pg",
                "{\"cpu\":\"250m\",\"memory\":\"256Mi\"}",
                "{\"memory\":\"256Mi\"}",
                "{\"scaled\":\"yes\"}");
        node.pod("bare", "{}", "{\"memory\":\"256Mi\"}", "{\"scaled\":\"yes\"}");
        for (String name : List.of("pg", "bare")) {
            DiscoveredVm found = find(name);
            assertThat(found.bounds().max()).isEqualTo(size(16));
            assertThat(driver.claim("db/" + name)).isEqualTo(HostShare.ALL);
            try (var _ = kubelet(name, _ -> Optional.empty())) {
                Resources current = look(found).size();
                assertThat(driver.resize(found, current, size(3), LONG))
                        .isEqualTo(new ResizeOutcome.Done(size(3)));
                assertThat(node.spec(name)).isEqualTo("requests 750m 768Mi limits null 768Mi");
                assertThat(resize(found, 3, 1).get()).isEqualTo(new ResizeOutcome.Done(size(1)));
            }
            assertThat(node.spec(name)).isEqualTo("requests 250m 256Mi limits null 256Mi");
            assertThat(node.get(name).getStatus().getQosClass()).isEqualTo("Burstable");
        }
    }

    /// With RequestsOnly limits stay, and are never below requests.
    @Test
    void requestsOnlyLeavesLimitsAlone() throws Exception {
        node.say(
                "only",
                it ->
                        SingleNodeCluster.with(
                                it,
                                new ControlledResources(
                                        ControlledValues.REQUESTS_ONLY,
                                        ControlledValues.REQUESTS_ONLY)));
        node.pod(
                "only",
                SingleNodeCluster.amounts(1),
                SingleNodeCluster.amounts(8),
                "{\"scaled\":\"yes\"}");
        // All of its memory may be page cache: no limit comes down.
        node.use("only", Bytes.ofMebibytes(50), Bytes.ofMebibytes(1900));
        DiscoveredVm only = find("only");
        assertThat(only.bounds().max()).isEqualTo(size(8));
        assertThat(look(only).size()).isEqualTo(size(1));
        try (var _ = kubelet("only", _ -> Optional.empty())) {
            assertThat(resize(only, 1, 3).get()).isEqualTo(new ResizeOutcome.Done(size(3)));
            assertThat(node.spec("only")).isEqualTo("requests 750m 768Mi limits 2 2Gi");
            assertThat(resize(only, 3, 1).get()).isEqualTo(new ResizeOutcome.Done(size(1)));
            assertThat(node.spec("only")).isEqualTo("requests 250m 256Mi limits 2 2Gi");
        }
    }

    @Test
    void neverShrinksBelowMemoryInUse() throws Exception {
        node.guaranteed("pg", 4);
        node.use("pg", Bytes.ofMebibytes(450));
        DiscoveredVm pg = find("pg");
        try (var _ = kubelet("pg", _ -> Optional.empty())) {
            assertThat(resize(pg, 4, 2).get())
                    .isEqualTo(
                            new ResizeOutcome.PerResource(
                                    new Resources(0.5, Bytes.ofGibibytes(1)),
                                    new Done(),
                                    new InUse("450MiB are in use, and 100MiB must stay free")));
        }
        assertThat(node.spec("pg")).isEqualTo("requests 500m 1Gi limits 500m 1Gi");
        node.use("pg", Bytes.ofMebibytes(400));
        Future<ResizeOutcome> resize = resize(pg, 4, 2);
        awaitSpec("pg", "requests 500m 512Mi limits 500m 512Mi");
        node.done("pg");
        assertThat(resize.get()).isEqualTo(new ResizeOutcome.Done(size(2)));
    }

    @Test
    void keepsQosClass() throws Exception {
        String scaled = "{\"scaled\":\"yes\"}";
        node.pod(
                "half",
                "{\"cpu\":\"100m\",\"memory\":\"128Mi\"}",
                SingleNodeCluster.amounts(1),
                scaled);
        node.pod("free", "{\"cpu\":\"300m\"}", "{\"memory\":\"256Mi\"}", scaled);
        DiscoveredVm half = find("half");
        DiscoveredVm free = find("free");
        assertThat(driver.claim("db/half")).isEqualTo(new HostShare(0.4, 0.5));
        assertThat(look(free).size()).isEqualTo(new Resources(0.3, Bytes.ofMebibytes(256)));

        Future<ResizeOutcome> resize = resize(half, 1, 3);
        awaitSpec("half", "requests 300m 384Mi limits 750m 768Mi");
        node.done("half");
        assertThat(resize.get()).isEqualTo(new ResizeOutcome.Done(size(3)));

        var more = new Resources(0.3, Bytes.ofGibibytes(1));
        Future<ResizeOutcome> other =
                calls.submit(() -> driver.resize(free, look(free).size(), more, LONG));
        awaitSpec("free", "requests 300m 1Gi limits null 1Gi");
        node.done("free");
        assertThat(other.get()).isEqualTo(new ResizeOutcome.Done(more));
        for (String each : List.of("half", "free"))
            assertThat(node.get(each).getStatus().getQosClass()).isEqualTo("Burstable");
    }

    @Test
    void anotherPodOfThatNameIsNeverMeant() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm first = find("pg");
        // What the driver knows stays as it was; the pod does not.
        node.delete("pg");
        node.guaranteed("pg", 1);
        node.await("another life", () -> !find("pg").life().equals(first.life()));
        assertThatThrownBy(() -> driver.resize(first, size(1), size(2), LONG))
                .isInstanceOf(DriverException.Gone.class);
        assertThatThrownBy(() -> driver.look(first, LONG)).isInstanceOf(DriverException.Gone.class);
        assertThat(node.spec("pg")).isEqualTo("requests 250m 256Mi limits 250m 256Mi");
        // Nor the same pod after its container was started again.
        DiscoveredVm second = find("pg");
        node.restart("pg");
        node.await("yet another", () -> !find("pg").life().equals(second.life()));
        assertThatThrownBy(() -> driver.resize(second, size(1), size(2), LONG))
                .isInstanceOf(DriverException.Gone.class);
    }

    @Test
    void aPatchMeantForAnEarlierPodOfThatNameIsRefused() throws Exception {
        node.guaranteed("pg", 1);
        var container = PodContainer.of(node.get("pg"), "postgres").orElseThrow();
        String patch =
                ResizePatch.of(
                                container,
                                RequestRatios.of(
                                                container,
                                                container.desired(),
                                                ControlledResources.ALL)
                                        .resources(size(2), size(2).memory()))
                        .orElseThrow();
        node.delete("pg");
        node.guaranteed("pg", 1);
        var api = new ApiClient(client, problems);
        assertThatThrownBy(() -> api.resize(container.name(), patch))
                .isInstanceOf(ApiException.Conflict.class);
        assertThat(node.spec("pg")).isEqualTo("requests 250m 256Mi limits 250m 256Mi");
    }

    @Test
    void recommendsAndDoesNothing() throws Exception {
        node.say("quiet", it -> SingleNodeCluster.with(it, ScalingMode.RECOMMEND, OnNodeFull.WAIT));
        node.guaranteed("quiet", 1);
        DiscoveredVm quiet = find("quiet");
        assertThat(quiet.endpoints().monitor()).isEqualTo(new Endpoint.Unused());
        assertThat(quiet.endpoints().host()).isInstanceOf(Endpoint.Available.class);
        assertThat(driver.claim("db/quiet")).isEqualTo(HostShare.NONE);
        assertThat(resize(quiet, 1, 2).get()).isInstanceOf(ResizeOutcome.Failed.class);
        assertThat(node.get("quiet").getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void reportsLostRightOnceUntilItReturns() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS.replace("[patch]", "[get]"));
        node.await(
                "refused",
                () -> {
                    try {
                        return driver.resize(pg, size(1), size(2), Duration.ofMillis(200)) == null;
                    } catch (DriverException.Failed e) {
                        return String.valueOf(e.getMessage())
                                .contains("lacks the right to patch pods/resize");
                    }
                });
        assertThat(problems.all())
                .containsExactly("it cannot patch pods/resize: its account lacks the right");
        assertThatThrownBy(() -> driver.resize(pg, size(1), size(3), LONG))
                .isInstanceOf(DriverException.Failed.class);
        assertThat(node.logged().split("cannot patch pods/resize", -1)).hasSize(2);

        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        node.await(
                "taken",
                () -> {
                    try {
                        return driver.resize(pg, size(1), size(3), Duration.ofMillis(200))
                                instanceof ResizeOutcome.PerResource;
                    } catch (DriverException.Failed _) {
                        return false;
                    }
                });
        assertThat(problems.all()).isEmpty();
        assertThat(node.logged()).contains("can patch pods/resize again");
    }

    @Test
    void keepsKnownSizesWhileApiServerIsAway() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        node.plane().killApiServer();
        try {
            assertThatThrownBy(() -> driver.resize(pg, size(1), size(2), LONG))
                    .isInstanceOf(DriverException.Unavailable.class)
                    .hasMessageContaining("the API server did not answer");
            // It may have heard of it all the same.
            assertThat(look(pg)).isEqualTo(new ObservedSize(size(1), size(2)));
            assertThat(find("pg").life()).isEqualTo(pg.life());
            node.await("trouble", () -> !problems.all().isEmpty());
        } finally {
            node.plane().startApiServer();
        }
        node.await("no trouble", () -> problems.all().isEmpty());
        Future<ResizeOutcome> resize = resize(pg, 1, 2);
        awaitSpec("pg", "requests 500m 512Mi limits 500m 512Mi");
        node.done("pg");
        assertThat(resize.get()).isEqualTo(new ResizeOutcome.Done(size(2)));
    }

    @Test
    void seesPendingResizeFromBeforeItsStart() throws Exception {
        node.guaranteed("pg", 1);
        DiscoveredVm pg = find("pg");
        assertThat(driver.resize(pg, size(1), size(3), Duration.ofMillis(500)))
                .isInstanceOf(ResizeOutcome.PerResource.class);
        stopWatch();
        startDriver();
        assertThat(look(find("pg"))).isEqualTo(new ObservedSize(size(1), size(3)));
        node.done("pg");
        node.await("seen", () -> look(pg).size().equals(size(3)));
    }

    /// A container that waits to be started again has no cgroup and no monitor, and can be resized.
    @Test
    void resizesOomKilledContainerBeforeItRestarts() throws Exception {
        node.guaranteed("pg", 2);
        DiscoveredVm pg = find("pg");
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        node.oomKill("pg", at);
        node.await("the kill is seen", () -> find("pg").oomKill().isPresent());
        DiscoveredVm down = find("pg");
        assertThat(down.life()).isEqualTo(pg.life());
        assertThat(down.endpoints()).isEqualTo(DiscoveredVm.VmEndpoints.NONE);
        var kill = new DiscoveredVm.OomKill(Optional.of(Bytes.ofMebibytes(512)), at);
        assertThat(down.oomKill()).contains(kill);
        assertThat(look(down)).isEqualTo(new ObservedSize(size(2), size(2)));

        try (var _ = kubelet("pg", _ -> Optional.empty())) {
            assertThat(resize(down, 2, 3).get()).isEqualTo(new ResizeOutcome.Done(size(3)));
            assertThat(node.spec("pg")).isEqualTo("requests 750m 768Mi limits 750m 768Mi");
            assertThat(look(down)).isEqualTo(new ObservedSize(size(3), size(3)));
            // Less than what it was killed with is nothing to begin with.
            var less = (ResizeOutcome.PerResource) resize(down, 3, 1).get();
            assertThat(less.cpus()).isEqualTo(new Done());
            assertThat(less.memory()).isInstanceOf(InUse.class);
        }
        node.restartAfterOomKill("pg", at);
        node.await("it runs", () -> !find("pg").life().equals(pg.life()));
        assertThat(find("pg").oomKill()).as("one kill, at one limit").contains(kill);

        // Another process of the agent does not know at which limit that was.
        stopWatch();
        startDriver();
        assertThat(find("pg").oomKill()).contains(new DiscoveredVm.OomKill(Optional.empty(), at));
    }

    @Test
    void aKillThatNoAgentHasSeenWasAtThePresentLimit() throws Exception {
        node.guaranteed("pg", 2);
        find("pg");
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        node.oomKill("pg", at);
        node.restartAfterOomKill("pg", at);
        stopWatch();
        startDriver();
        assertThat(find("pg").oomKill())
                .contains(new DiscoveredVm.OomKill(Optional.of(Bytes.ofMebibytes(512)), at));
    }

    private void stopWatch() {
        templates.close();
        watch.close();
        client.close();
    }

    // ---- steps

    /// What a kubelet says of a pod.
    private record KubeletVerdict(String type, String reason, String message) {}

    private static final KubeletVerdict NO_ROOM =
            new KubeletVerdict(
                    "PodResizePending", "Deferred", "Node didn't have enough resource: cpu");
    private static final KubeletVerdict NEVER =
            new KubeletVerdict(
                    "PodResizePending", "Infeasible", "Node didn't have enough capacity");
    private static final KubeletVerdict CANNOT =
            new KubeletVerdict("PodResizeInProgress", "Error", "cannot decrease memory limits");

    /// Does what is asked of the pod until it is closed, but for what `verdict` has a word of. As a
    /// kubelet does, it tries again what the API server did not answer in time.
    private AutoCloseable kubelet(String name, Function<String, Optional<KubeletVerdict>> verdict) {
        Future<?> kubelet =
                calls.submit(
                        () -> {
                            long seen = 0;
                            while (true) {
                                try {
                                    seen = sync(name, seen, verdict);
                                } catch (KubernetesClientException e) {
                                    if (Thread.currentThread().isInterrupted()) throw e;
                                }
                                Thread.sleep(Duration.ofMillis(20));
                            }
                        });
        return () -> {
            // Nothing else ends it.
            assertThat(kubelet.state()).isEqualTo(Future.State.RUNNING);
            kubelet.cancel(true);
        };
    }

    /// Returns the generation that it has seen to.
    private long sync(String name, long seen, Function<String, Optional<KubeletVerdict>> verdict)
            throws IOException {
        Pod pod = node.get(name);
        long generation = pod.getMetadata().getGeneration();
        if (generation == seen) return seen;
        Optional<KubeletVerdict> said = verdict.apply(SingleNodeCluster.spec(pod));
        if (said.isPresent())
            node.condition(
                    name, said.get().type, said.get().reason, said.get().message, generation);
        else node.done(pod);
        return generation;
    }

    private DiscoveredVm find(String name) throws Exception {
        DiscoveredVm[] found = new DiscoveredVm[1];
        node.await(
                name + " is found",
                () -> {
                    try {
                        for (DiscoveredVm each : driver.find())
                            if (each.name().equals("db/" + name)) found[0] = each;
                    } catch (DriverException.Failed _) {
                        // Nothing is known yet.
                    }
                    return found[0] != null && watch.room().isPresent();
                });
        return found[0];
    }

    private ObservedSize look(DiscoveredVm vm) throws Exception {
        return driver.look(vm, LONG);
    }

    private Object look(DiscoveredVm vm, Duration within) throws Exception {
        try {
            return driver.look(vm, within);
        } catch (DriverException.Failed _) {
            return "busy";
        }
    }

    private Future<ResizeOutcome> resize(DiscoveredVm vm, int from, int to) {
        return resize(vm, from, to, LONG);
    }

    private Future<ResizeOutcome> resize(DiscoveredVm vm, int from, int to, Duration within) {
        return calls.submit(() -> driver.resize(vm, size(from), size(to), within));
    }

    private void awaitSpec(String name, String spec) throws Exception {
        node.await(spec, () -> node.spec(name).equals(spec));
    }

    private static Resources size(int units) {
        return SingleNodeCluster.UNIT.times(units);
    }
}
