package dev.elastigres.controller.admission;

import static dev.elastigres.controller.admission.NewPods.ordinal;
import static dev.elastigres.controller.admission.NewPods.pod;
import static dev.elastigres.controller.admission.NewPods.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.controller.admission.NewPodReview.ReviewResult;
import dev.elastigres.controller.admission.Predecessor.RecordedOomKill;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.InitialSizeAnnotations;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewPodReviewTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Workload STATEFUL = new Workload("StatefulSet/pg", "", "");
    private static final String SMALL =
            "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: '1', memory: 2Gi}}";
    private static final String GUARANTEED =
            "{requests: {cpu: '1', memory: 2Gi}, limits: {cpu: '1', memory: 2Gi}}";
    private static final String ALL =
            "{target: {selector: {matchLabels: {app: pg}}}, min: 1, max: 16}";

    private final NewPods cluster = new NewPods();

    private void needed(Resources size) {
        cluster.pods.add(
                new Predecessor(
                        "pg-0",
                        STATEFUL,
                        Optional.of(size),
                        Optional.empty(),
                        Optional.of(NOW.minusSeconds(5))));
    }

    private ReviewResult review(Pod pod) {
        return NewPodReview.of(pod, cluster, NOW);
    }

    /// Returns requests and limits of the patch: `CPU/MEMORY CPU/MEMORY`.
    private static String resources(ReviewResult result) {
        assertThat(result.outcome()).isEqualTo(ReviewOutcome.CHANGED);
        return value(result, "/spec/containers/0/resources/requests")
                + " "
                + value(result, "/spec/containers/0/resources/limits");
    }

    private static String value(ReviewResult result, String path) {
        for (Json each : result.patch().orElseThrow().items())
            if (each instanceof Json.Obj it
                    && new Json.Str(path).equals(it.members().get("path"))) {
                Json value = it.members().get("value");
                if (value instanceof Json.Obj amounts)
                    return text(amounts, "cpu") + "/" + text(amounts, "memory");
                if (value instanceof Json.Str(String text)) return text;
            }
        return "-";
    }

    private static String text(Json.Obj amounts, String name) {
        return amounts.members().get(name) instanceof Json.Str(String text) ? text : "-";
    }

    @ParameterizedTest
    @CsvSource({
        // needed CPUs and GiB, template, expected requests and limits
        "4, 8, burstable, 2/4Gi 4/8Gi",
        "4, 8, guaranteed, 4/8Gi 4/8Gi",
        "1, 4, burstable, 500m/2Gi 1/4Gi",
        "0.5, 1, burstable, 250m/512Mi 500m/1Gi",
        // More than max, less than min.
        "9, 99, burstable, 2/8Gi 4/16Gi",
        "0.1, 0, burstable, 125m/512Mi 250m/1Gi",
    })
    void aPodBeginsAtTheSizeOfItsPredecessor(
            double cpus, long memory, String template, String expected) {
        cluster.object(ALL);
        needed(size(cpus, memory));
        ReviewResult result = review(ordinal(template.equals("guaranteed") ? GUARANTEED : SMALL));
        assertThat(resources(result))
                .isEqualTo(
                        expected.replace("16Gi", "16384Mi")
                                .replace("8Gi", "8192Mi")
                                .replace("4Gi", "4096Mi")
                                .replace("2Gi", "2048Mi")
                                .replace("1Gi", "1024Mi"));
    }

    @Test
    void annotationsSayWhyAndWhatTheTemplateHad() {
        cluster.object(ALL);
        needed(size(4, 8));
        ReviewResult result = review(ordinal(SMALL));
        assertThat(value(result, "/metadata/annotations/elastigres.dev~1initial-size"))
                .isEqualTo("4 CPUs and 8GiB: needed by pod pg-0, gone since 2026-11-29T11:59:55Z");
        assertThat(value(result, "/metadata/annotations/elastigres.dev~1template-resources"))
                .isEqualTo(
                        "{\"container\":\"postgres\",\"requests\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"},"
                                + "\"limits\":{\"cpu\":\"1\",\"memory\":\"2Gi\"}}");
    }

    @Test
    void annotationsOfThePodRemainAndItsOwnSettingsCount() {
        needed(size(4, 8));
        Pod pod =
                pod(
                        "name: pg-0, annotations: {elastigres.dev/mode: Auto, elastigres.dev/max:"
                                + " '8'}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet,"
                                + " name: pg, uid: u, controller: true}]",
                        SMALL,
                        "");
        ReviewResult result = review(pod);
        assertThat(resources(result)).isEqualTo("1/4096Mi 2/8192Mi");
        assertThat(result.patch().orElseThrow().compact())
                .doesNotContain("\"/metadata/annotations\"");
        // The annotations that the review adds are no mistake of the user.
        pod.getMetadata().getAnnotations().put(InitialSizeAnnotations.WHY, "x");
        pod.getMetadata().getAnnotations().put(InitialSizeAnnotations.TEMPLATE, "{}");
        assertThat(review(pod).outcome()).isEqualTo(ReviewOutcome.CHANGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{target: {selector: {matchLabels: {app: pg}}}, max: 16, mode: Recommend}",
                "{target: {selector: {matchLabels: {app: other}}}, max: 16}",
                "{target: {selector: {matchLabels: {app: pg}}}}",
                "{target: {selector: {matchLabels: {app: pg}}}, max: 16, container: db}",
            })
    void aPodThatIsNotResizedStaysAsItIs(String spec) {
        cluster.object(spec);
        needed(size(4, 8));
        assertThat(review(ordinal(SMALL)).outcome()).isEqualTo(ReviewOutcome.NOT_SELECTED);
    }

    @Test
    void twoObjectsOrAGuaranteedPodWithRequestsOnlyOrNoMemoryLimitChangeNothing() {
        cluster.object(
                "{target: {selector: {matchLabels: {app: pg}}}, max: 16, resources: {cpu:"
                        + " RequestsOnly}}");
        needed(size(4, 8));
        assertThat(review(ordinal(GUARANTEED)).outcome()).isEqualTo(ReviewOutcome.NOT_SELECTED);
        assertThat(review(ordinal("{limits: {cpu: '1'}}")).outcome())
                .isEqualTo(ReviewOutcome.NOT_SELECTED);
        cluster.object(ALL);
        assertThat(review(ordinal(SMALL)).outcome()).isEqualTo(ReviewOutcome.NOT_SELECTED);
    }

    @Test
    void withRequestsOnlyLimitsStayAndBoundTheRequests() {
        cluster.object(
                "{target: {selector: {matchLabels: {app: pg}}}, min: 1, max: 16, resources: {cpu:"
                        + " RequestsOnly, memory: RequestsOnly}}");
        needed(size(4, 8));
        ReviewResult result =
                review(
                        ordinal(
                                "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: '2', memory:"
                                        + " 6Gi}}"));
        // With requests equal to all limits the pod would become Guaranteed.
        assertThat(value(result, "/spec/containers/0/resources/requests"))
                .isEqualTo("1750m/6144Mi");
        assertThat(value(result, "/spec/containers/0/resources/limits")).isEqualTo("-");
    }

    @Test
    void withoutACpuLimitOnlyTheRequestFollows() {
        cluster.object(ALL);
        needed(size(4, 8));
        ReviewResult result =
                review(ordinal("{requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi}}"));
        assertThat(resources(result)).isEqualTo("4/8192Mi -/8192Mi");
    }

    @Test
    void withoutAMinimumTheTemplateIsTheMinimum() {
        cluster.object("{target: {selector: {matchLabels: {app: pg}}}, max: 16}");
        needed(size(0.25, 1));
        assertThat(review(ordinal(SMALL)).outcome()).isEqualTo(ReviewOutcome.SAME_SIZE);
    }

    @ParameterizedTest
    @CsvSource({
        // CPUs and MiB of the largest node, and what the pod gets; its limits are twice its
        // requests.
        "2, 3072, 2/3072Mi 4/6144Mi",
        "1, 1024, 1/1024Mi 2/2048Mi",
        "8, 2048, 2/2048Mi 4/4096Mi",
    })
    void itFitsOnANode(String cpu, String memory, String expected) {
        cluster.nodes.clear();
        cluster.node("{unschedulable: true}", "64", "256Gi");
        cluster.node("{}", cpu, memory + "Mi");
        cluster.object(ALL);
        needed(size(4, 16));
        ReviewResult result = review(ordinal(SMALL));
        assertThat(resources(result)).isEqualTo(expected);
        assertThat(value(result, "/metadata/annotations/elastigres.dev~1initial-size"))
                .endsWith("; limited by the namespace or the nodes");
    }

    @Test
    void nodesThatThePodCannotRunOnDoNotCount() {
        cluster.object(ALL);
        cluster.node("{taints: [{key: other, effect: NoSchedule}]}", "64", "256Gi");
        needed(size(4, 16));
        Pod pod = ordinal(SMALL);
        pod.getSpec().setNodeSelector(Map.of("zone", "z1"));
        assertThat(review(pod).outcome()).isEqualTo(ReviewOutcome.NOT_ADMITTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: Container, max: {memory: 4Gi}} | 2/2048Mi 4/4096Mi",
                "{type: Pod, max: {cpu: '2'}} | 1/4096Mi 2/8192Mi",
                "{type: Container, max: {cpu: '1', memory: 2Gi}} | NOT_ADMITTED",
                "{type: Container, maxLimitRequestRatio: {cpu: '2'}} | 2/4096Mi 4/8192Mi",
                "{type: PersistentVolumeClaim, max: {storage: 1Gi}} | 2/4096Mi 4/8192Mi",
            })
    void limitRangesAreKept(String range, String expected) {
        cluster.object(ALL);
        cluster.range(range);
        needed(size(4, 8));
        ReviewResult result = review(ordinal(SMALL));
        if (expected.startsWith("NOT"))
            assertThat(result.outcome()).isEqualTo(ReviewOutcome.NOT_ADMITTED);
        else assertThat(resources(result)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{limits.memory: 10Gi} | {limits.memory: 4Gi} | 2/3072Mi 4/6144Mi",
                "{requests.cpu: '2'} | {requests.cpu: '1'} | 1/4096Mi 2/8192Mi",
                "{cpu: '2', memory: 9Gi} | {cpu: '1', memory: 8Gi} | 1/1024Mi 2/2048Mi",
                "{limits.memory: 10Gi} |  | 2/1024Mi 4/2048Mi",
                "{pods: '10'} | {pods: '9'} | 2/4096Mi 4/8192Mi",
            })
    void quotasAreKept(String hard, String used, String expected) {
        cluster.object(ALL);
        cluster.quota(hard, used);
        needed(size(4, 8));
        assertThat(resources(review(ordinal(SMALL)))).isEqualTo(expected);
    }

    @Test
    void aQuotaThatIsFullDoesNotHinderASmallerPod() {
        cluster.object(ALL);
        cluster.quota("{limits.memory: 1Gi}", "{limits.memory: 1Gi}");
        needed(size(0.25, 1));
        assertThat(resources(review(ordinal(SMALL)))).isEqualTo("125m/512Mi 250m/1024Mi");
    }

    @ParameterizedTest
    @CsvSource({
        // Hours since the kill with 10 GiB, and the memory that the pod begins with.
        "0, 12288Mi",
        "12, 11264Mi",
        "25, 2048Mi",
    })
    void anOomKilledPodBeginsWithMore(long hours, String memory) {
        cluster.object(ALL);
        cluster.pods.add(
                new Predecessor(
                        "pg-0",
                        STATEFUL,
                        Optional.of(size(4, 2)),
                        Optional.of(
                                new RecordedOomKill(
                                        NOW.minus(Duration.ofHours(hours)), Bytes.ofGibibytes(10))),
                        Optional.empty()));
        assertThat(resources(review(ordinal(SMALL)))).endsWith(" 4/" + memory);
    }

    @Test
    void theFloorOfAnOomKillIsBoundedByMaxAndNeedsNoSize() {
        cluster.object("{target: {selector: {matchLabels: {app: pg}}}, min: 1, max: 4}");
        cluster.pods.add(
                new Predecessor(
                        "pg-0",
                        STATEFUL,
                        Optional.empty(),
                        Optional.of(new RecordedOomKill(NOW, Bytes.ofGibibytes(10))),
                        Optional.empty()));
        assertThat(resources(review(ordinal(SMALL)))).isEqualTo("500m/2048Mi 1/4096Mi");
    }

    @Test
    void theStatusOfTheObjectReplacesALostHistory() {
        cluster.objects.add(
                NewPods.autoscaler(
                        """
                        metadata: {name: pg, namespace: default}
                        spec: {target: {selector: {matchLabels: {app: pg}}}, min: 1, max: 16}
                        status:
                          instances:
                          - {name: pg-0, cpu: '2', memory: 4Gi, goalCpu: '3', goalMemory: 6Gi, state: Deferred}
                        """));
        assertThat(resources(review(ordinal(SMALL)))).isEqualTo("1500m/3072Mi 3/6144Mi");
    }

    @Test
    void oddPodsStayAsTheyAre() {
        cluster.object(ALL);
        needed(size(4, 8));
        Pod noSpec = ordinal(SMALL);
        noSpec.setSpec(null);
        assertThat(review(noSpec).outcome()).isEqualTo(ReviewOutcome.NOT_SELECTED);
        assertThat(
                        review(
                                        pod(
                                                "name: pg-0, labels: {app: pg}",
                                                SMALL,
                                                "  resources: {limits: {cpu: '4'}}"))
                                .outcome())
                .isEqualTo(ReviewOutcome.NOT_SELECTED);
        assertThat(review(pod("generateName: pg-, labels: {app: pg}", SMALL, "")).outcome())
                .isEqualTo(ReviewOutcome.NO_PREDECESSOR);
        assertThat(List.of(review(pod("name: pg-7, labels: {app: pg}", SMALL, "")).outcome()))
                .containsExactly(ReviewOutcome.NO_PREDECESSOR);
    }
}
