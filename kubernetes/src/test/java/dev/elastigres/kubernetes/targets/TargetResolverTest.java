package dev.elastigres.kubernetes.targets;

import static dev.elastigres.kubernetes.targets.TestPods.object;
import static dev.elastigres.kubernetes.targets.TestPods.pod;
import static dev.elastigres.kubernetes.targets.TestPods.running;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanPod;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import dev.elastigres.kubernetes.targets.TargetSource.Annotations;
import dev.elastigres.kubernetes.targets.TargetSource.Named;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetResolverTest {
    private static final ControlledResources CPU_REQUESTS =
            new ControlledResources(
                    ControlledValues.REQUESTS_ONLY, ControlledValues.REQUESTS_AND_LIMITS);

    private static final PodSelection NOTHING = new PodSelection(Map.of(), Map.of(), 1);
    private static final PodName PG = new PodName("db", "pg-0");
    private static final String CONTAINER =
            "{name: postgres, image: none, resources: {limits: {cpu: 1, memory: 1Gi}}}";

    @Test
    void readsEveryFieldOfAnObject() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "labels: {app: pg}")),
                        List.of(
                                object(
                                        "db",
                                        "mine",
                                        """
                                        {target: {selector: {matchLabels: {app: pg}}}, min: 2, max: 6,
                                         computeUnit: {cpu: 500m, memory: 2Gi}, mode: Recommend,
                                         postgres: {secretName: login}, onNodeFull: evict}\
                                        """)));
        ScaledPod chosen = chosen(choices);
        assertThat(chosen.uid()).isEqualTo("uid-pg-0");
        assertThat(chosen.container()).isEqualTo("postgres");
        assertThat(chosen.unit()).isEqualTo(new ComputeUnit(0.5, Bytes.ofGibibytes(2)));
        assertThat(chosen.limits()).isEqualTo(PodLimits.units(chosen.unit(), OptionalInt.of(2), 6));
        assertThat(chosen.mode()).isEqualTo(ScalingMode.RECOMMEND);
        assertThat(chosen.cache()).isEqualTo(CacheKind.SETTINGS);
        assertThat(chosen.postgres()).contains(new SecretKeyReference("login", "uri"));
        assertThat(chosen.onNodeFull()).isEqualTo(OnNodeFull.EVICT);
        assertThat(chosen.source()).isEqualTo(new Named("mine"));
    }

    @Test
    void equalObjectsGiveEqualSelections() {
        Pod pod = running("db", "pg-0", "labels: {app: pg}");
        PostgresAutoscaler mine =
                object(
                        "db",
                        "mine",
                        "{target: {selector: {matchLabels: {app: pg}}}, max: 4, rules: {dampingWindow: 5m}}");
        assertThat(TestPlans.resolve(List.of(pod), List.of(mine)))
                .isEqualTo(TestPlans.resolve(List.of(pod), List.of(mine)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {matchLabels: {app: pg}}                                             | true
                    {matchLabels: {app: pg, tier: gold}}                                 | true
                    {matchLabels: {app: pg, tier: tin}}                                  | false
                    {matchLabels: {other: pg}}                                           | false
                    {matchExpressions: [{key: app, operator: In, values: [x, pg]}]}      | true
                    {matchExpressions: [{key: app, operator: In, values: [x]}]}          | false
                    {matchExpressions: [{key: none, operator: In, values: [x]}]}         | false
                    {matchExpressions: [{key: app, operator: NotIn, values: [x]}]}       | true
                    {matchExpressions: [{key: app, operator: NotIn, values: [pg]}]}      | false
                    {matchExpressions: [{key: none, operator: NotIn, values: [pg]}]}     | true
                    {matchExpressions: [{key: app, operator: Exists}]}                   | true
                    {matchExpressions: [{key: none, operator: Exists}]}                  | false
                    {matchExpressions: [{key: none, operator: DoesNotExist}]}            | true
                    {matchExpressions: [{key: app, operator: DoesNotExist}]}             | false
                    {matchExpressions: [{key: app, operator: Gt, values: ['1']}]}        | false
                    {matchLabels: {app: pg}, matchExpressions: [{key: tier, operator: In, values: [x]}]} | false
                    {}                                                                   | false
                    """)
    void selectorsAreEvaluatedAsKubernetesDoes(String selector, boolean matches) {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "labels: {app: pg, tier: gold}")),
                        List.of(
                                object(
                                        "db",
                                        "mine",
                                        "{target: {selector: " + selector + "}, max: 4}")));
        assertThat(choices.chosen().containsKey(PG)).isEqualTo(matches);
    }

    @Test
    void aStatefulSetIsFoundByItsPods() {
        String owner =
                "ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: u, controller: %s}]";
        PostgresAutoscaler mine = object("db", "mine", "{target: {statefulSet: pg}, max: 4}");
        assertThat(chosenWith(owner.formatted("apps/v1", "StatefulSet", "pg", true), mine))
                .isTrue();
        assertThat(chosenWith(owner.formatted("apps/v1", "StatefulSet", "pg2", true), mine))
                .isFalse();
        assertThat(chosenWith(owner.formatted("apps/v1", "ReplicaSet", "pg", true), mine))
                .isFalse();
        assertThat(chosenWith(owner.formatted("other.io/v1", "StatefulSet", "pg", true), mine))
                .isFalse();
        assertThat(chosenWith(owner.formatted("apps/v1", "StatefulSet", "pg", false), mine))
                .isFalse();
    }

    @Test
    void aClusterIsItsInstances() {
        PostgresAutoscaler mine = object("db", "mine", "{target: {cluster: pg}, max: 4}");
        assertThat(chosenWith("labels: {cnpg.io/cluster: pg}", mine)).isTrue();
        assertThat(chosenWith("labels: {cnpg.io/cluster: pg, cnpg.io/podRole: instance}", mine))
                .isTrue();
        assertThat(chosenWith("labels: {cnpg.io/cluster: pg2}", mine)).isFalse();
        assertThat(chosenWith("labels: {cnpg.io/cluster: pg, cnpg.io/jobRole: join}", mine))
                .isFalse();
        assertThat(chosenWith("labels: {cnpg.io/cluster: pg, cnpg.io/poolerName: p}", mine))
                .isFalse();
    }

    private static boolean chosenWith(String metadata, PostgresAutoscaler object) {
        return TestPlans.resolve(List.of(running("db", "pg-0", metadata)), List.of(object))
                .chosen()
                .containsKey(PG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {app: pg}                      |                                  | NONE
                    {app: pg}                      | postgres: {secretName: s}        | SETTINGS
                    {app: pg}                      | 'cache: auto, postgres: {secretName: s}' | AUTO
                    {app: pg, cnpg.io/cluster: pg} | postgres: {secretName: s}        | NONE
                    {app: pg, cnpg.io/cluster: pg} | 'cache: settings, postgres: {secretName: s}' | NONE
                    {app: pg, cnpg.io/cluster: pg} | 'cache: auto, postgres: {secretName: s}' | NONE
                    {app: pg, cnpg.io/cluster: pg} | 'cache: neon, postgres: {secretName: s}' | NEON
                    """)
    void theSettingsOfAClusterAreItsOperators(String labels, String more, CacheKind cache) {
        String rest = more == null ? "" : ", " + more;
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "labels: " + labels)),
                        List.of(
                                object(
                                        "db",
                                        "mine",
                                        "{target: {selector: {matchLabels: {app: pg}}}, max: 4%s}"
                                                .formatted(rest))));
        assertThat(chosen(choices).cache()).isEqualTo(cache);
    }

    @Test
    void annotationsAloneDo() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        """
                                        annotations: {elastigres.dev/mode: Auto, elastigres.dev/container: postgres,
                                          elastigres.dev/compute-unit: 500m/512Mi, elastigres.dev/min: '2',
                                          elastigres.dev/max: '3', elastigres.dev/on-node-full: notify}\
                                        """)),
                        List.of());
        ScaledPod chosen = chosen(choices);
        assertThat(chosen.unit()).isEqualTo(new ComputeUnit(0.5, Bytes.ofMebibytes(512)));
        assertThat(chosen.limits()).isEqualTo(PodLimits.units(chosen.unit(), OptionalInt.of(2), 3));
        assertThat(chosen.onNodeFull()).isEqualTo(OnNodeFull.NOTIFY);
        assertThat(chosen.cache()).isEqualTo(CacheKind.NONE);
        assertThat(chosen.source()).isEqualTo(new Annotations());
    }

    @Test
    void optInAnnotationsRequireMaximum() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "annotations: {elastigres.dev/mode: Auto}")),
                        List.of());
        assertThat(left(choices).cause().text())
                .isEqualTo(
                        "elastigres.dev/max is missing: the maximum number of compute units, or"
                                + " elastigres.dev/max-allowed");
    }

    @Test
    void usesTemplateSizeWithoutMinimum() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        "annotations: {elastigres.dev/mode: Auto,"
                                                + " elastigres.dev/max: '2'}")),
                        List.of());
        ScaledPod chosen = chosen(choices);
        assertThat(chosen.limits().min()).isEqualTo(AllowedSize.NONE);
        var set =
                new VmRules(
                        ComputeUnit.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        ScalingRules.ELASTIGRES);
        assertThat(chosen.rules().apply(set).min()).isEmpty();
        assertThat(chosen.rules().apply(set).max()).hasValue(chosen.unit().times(2));
    }

    /// Amounts replace the compute units for each resource separately.
    @Test
    void limitsAreAmountsOfEachResource() {
        ScaledPod chosen =
                chosen(
                        TestPlans.resolve(
                                List.of(running("db", "pg-0", "labels: {app: pg}")),
                                List.of(
                                        object(
                                                "db",
                                                "mine",
                                                """
                                                {target: {selector: {matchLabels: {app: pg}}}, max: 8,
                                                 minAllowed: {cpu: 100m}, maxAllowed: {memory: 3Gi}}\
                                                """))));
        assertThat(chosen.limits())
                .isEqualTo(
                        new PodLimits(
                                new AllowedSize(Optional.of(0.1), Optional.empty()),
                                new Resources(2, Bytes.ofGibibytes(3))));
        var set =
                new VmRules(
                        ComputeUnit.DEFAULT,
                        Optional.of(new Resources(0, Bytes.ofGibibytes(2))),
                        Optional.of(new Resources(1, Bytes.ofGibibytes(9))),
                        ScalingRules.ELASTIGRES);
        assertThat(chosen.rules().apply(set).min())
                .hasValue(new Resources(0.1, Bytes.ofGibibytes(2)));
        assertThat(chosen.rules().apply(set).max())
                .hasValue(new Resources(1, Bytes.ofGibibytes(3)));
    }

    @Test
    void annotationsMayNameAmounts() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        """
                                        annotations: {elastigres.dev/mode: Auto,
                                          elastigres.dev/min-allowed: 300m/768Mi,
                                          elastigres.dev/max-allowed: 3/5Gi}\
                                        """)),
                        List.of());
        assertThat(chosen(choices).limits())
                .isEqualTo(
                        new PodLimits(
                                new AllowedSize(
                                        Optional.of(0.3), Optional.of(Bytes.ofMebibytes(768))),
                                new Resources(3, Bytes.ofGibibytes(5))));
    }

    @Test
    void ignoresAnnotationsWithoutMode() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "annotations: {elastigres.dev/min: '2'}")),
                        List.of());
        assertThat(choices).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    mode: auto                     | elastigres.dev/mode must be Auto or Recommend, not 'auto'
                    container: A_b                 | elastigres.dev/container must be the name of a container, not 'A_b'
                    compute-unit: 1Gi              | elastigres.dev/compute-unit must be CPUs and memory, like 250m/1Gi, not '1Gi'
                    compute-unit: one/1Gi          | elastigres.dev/compute-unit must be an amount of CPUs, like 250m or 1, not 'one/1Gi'
                    compute-unit: 1/1Zi            | elastigres.dev/compute-unit must be an amount of memory, like 512Mi or 1Gi, not '1/1Zi'
                    compute-unit: 1/512m           | elastigres.dev/compute-unit must be from 1Mi to 1Ti of memory, not '1/512m'
                    compute-unit: 200/1Gi          | elastigres.dev/compute-unit must be from 1m to 100 CPUs, not '200/1Gi'
                    min: '0'                       | elastigres.dev/min must be a whole number of compute units from 1 to 1000, not '0'
                    max: many                      | elastigres.dev/max must be a whole number of compute units from 1 to 1000, not 'many'
                    max-allowed: 4                 | elastigres.dev/max-allowed must be CPUs and memory, like 500m/2Gi, not '4'
                    min-allowed: 2/1Gi             | of the elastigres.dev annotations the minimum of 2 CPUs is above the maximum of 1 CPU
                    container: u:p@host            | elastigres.dev/container must be the name of a container, not a connection string
                    on-node-full: evcit            | elastigres.dev/on-node-full must be wait, notify or evict, not 'evcit'
                    computeunit: 1/1Gi             | 'elastigres.dev/computeunit' is an unknown annotation
                    """)
    void reportsInvalidAnnotations(String annotation, String problem) {
        // The last of two equal keys counts.
        String mode = annotation.startsWith("mode") ? "" : "elastigres.dev/mode: Auto, ";
        String max = annotation.startsWith("max") ? "" : "elastigres.dev/max: '4', ";
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        "annotations: {%s%selastigres.dev/%s}"
                                                .formatted(mode, max, annotation))),
                        List.of());
        assertThat(choices.chosen()).isEmpty();
        assertThat(left(choices).cause().text()).isEqualTo(problem);
    }

    @Test
    void reportsAllProblemsAtOnce() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        "annotations: {elastigres.dev/mode: x, elastigres.dev/min:"
                                                + " '5', elastigres.dev/max: y}")),
                        List.of());
        assertThat(left(choices).cause())
                .isInstanceOfSatisfying(
                        ExclusionCause.InvalidSettings.class,
                        it -> assertThat(it.problems()).hasSize(2));
    }

    @Test
    void excludesPodSelectedByTwoObjects() {
        PostgresAutoscaler a =
                object("db", "a", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        PostgresAutoscaler b = object("db", "b", "{target: {statefulSet: pg}, max: 4}");
        Pod pod =
                running(
                        "db",
                        "pg-0",
                        "labels: {app: pg}, ownerReferences: [{apiVersion: apps/v1, kind:"
                                + " StatefulSet, name: pg, uid: u, controller: true}]");
        PodSelection choices = TestPlans.resolve(List.of(pod), List.of(b, a));
        assertThat(choices.chosen()).isEmpty();
        assertThat(left(choices).cause())
                .isEqualTo(new ExclusionCause.Conflict(List.of(new Named("a"), new Named("b"))));
        assertThat(left(choices).cause().text())
                .isEqualTo(
                        "is not scaled, because several sources select it: the"
                                + " PostgresAutoscaler a and the PostgresAutoscaler b");
    }

    @Test
    void anObjectAndAnnotationsAreAConflict() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(
                                running(
                                        "db",
                                        "pg-0",
                                        "labels: {app: pg}, annotations: {elastigres.dev/mode:"
                                                + " Auto}")),
                        List.of(
                                object(
                                        "db",
                                        "a",
                                        "{target: {selector: {matchLabels: {app: pg}}}, max: 4}")));
        assertThat(left(choices).cause())
                .isEqualTo(new ExclusionCause.Conflict(List.of(new Named("a"), new Annotations())));
    }

    @Test
    void objectsAreForTheirNamespace() {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "labels: {app: pg}")),
                        List.of(
                                object(
                                        "other",
                                        "a",
                                        "{target: {selector: {matchLabels: {app: pg}}}, max: 4}")));
        assertThat(choices).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {name: main, image: none}         | NoContainer | has no container named postgres
                    {name: postgres, image: none}     | NoLimits    | its container postgres has no memory limit
                    {name: postgres, image: none, resources: {limits: {cpu: 1}}} | NoLimits | its container postgres has no memory limit
                    {name: postgres, image: none, resources: {limits: {memory: 1Gi}}} | Starting | its container postgres is not running yet
                    {name: postgres, image: none, resources: {limits: {cpu: 1, memory: 1Gi}}, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]} | RestartsOnResize | its container postgres restarts when memory changes: set its resizePolicy to NotRequired
                    {name: postgres, image: none, resources: {limits: {cpu: 1, memory: 1Gi}}} | Starting | its container postgres is not running yet
                    """)
    void excludesPodThatCannotBeScaled(String container, String code, String text) {
        Pod pod = pod("db", "pg-0", AUTO, container, "");
        ExcludedPod left = left(TestPlans.resolve(List.of(pod), List.of()));
        assertThat(left.cause().code()).isEqualTo(code);
        assertThat(left.cause().text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    true  | state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: OOMKilled, exitCode: 137}}
                    true  | state: {terminated: {reason: OOMKilled, exitCode: 137}}, lastState: {}
                    false | state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 137}}
                    false | state: {terminated: {reason: Error, exitCode: 1}}, lastState: {terminated: {reason: OOMKilled, exitCode: 137}}
                    false | state: {waiting: {reason: ImagePullBackOff}}, lastState: {terminated: {reason: OOMKilled, exitCode: 137}}
                    """)
    void selectsOomKilledPodBeforeItRestarts(boolean scaled, String state) {
        Pod pod =
                pod(
                        "db",
                        "pg-0",
                        AUTO,
                        "{name: postgres, image: none, resources: {limits: {memory: 1Gi}}}",
                        "{name: postgres, image: none, imageID: none, ready: false, restartCount: 1,"
                                + " containerID: 'containerd://1', %s}".formatted(state));
        PodSelection choices = TestPlans.resolve(List.of(pod), List.of());
        assertThat(choices.chosen()).hasSize(scaled ? 1 : 0);
        assertThat(choices.leftAlone()).hasSize(scaled ? 0 : 1);
    }

    @Test
    void eachResourceHasItsOwnValues() {
        Pod pod = running("db", "pg-0", "labels: {app: pg}");
        String spec =
                "{target: {selector: {matchLabels: {app: pg}}}, max: 4, resources: {cpu: RequestsOnly}}";
        assertThat(
                        chosen(TestPlans.resolve(List.of(pod), List.of(object("db", "a", spec))))
                                .resources())
                .isEqualTo(CPU_REQUESTS);
        Pod own =
                running(
                        "db",
                        "pg-0",
                        "annotations: {elastigres.dev/mode: Auto, elastigres.dev/max: '4', elastigres.dev/resources:"
                                + " RequestsOnly/RequestsAndLimits}");
        assertThat(chosen(TestPlans.resolve(List.of(own), List.of())).resources())
                .isEqualTo(CPU_REQUESTS);
        Pod plain =
                running(
                        "db",
                        "pg-0",
                        "annotations: {elastigres.dev/mode: Auto, elastigres.dev/max: '4'}");
        assertThat(chosen(TestPlans.resolve(List.of(plain), List.of())).resources())
                .isEqualTo(ControlledResources.ALL);
    }

    @Test
    void reportsInvalidResourceValue() {
        Pod pod = running("db", "pg-0", "labels: {app: pg}");
        String spec =
                "{target: {selector: {matchLabels: {app: pg}}}, max: 4, resources: {memory: LimitsOnly}}";
        assertThat(
                        left(TestPlans.resolve(List.of(pod), List.of(object("db", "a", spec))))
                                .cause()
                                .text())
                .endsWith("spec.resources.memory must be RequestsAndLimits or RequestsOnly");
        Pod own =
                running(
                        "db",
                        "pg-0",
                        "annotations: {elastigres.dev/mode: Auto, elastigres.dev/max: '4', elastigres.dev/resources: RequestsOnly}");
        assertThat(left(TestPlans.resolve(List.of(own), List.of())).cause().text())
                .contains("elastigres.dev/resources must be RequestsAndLimits or RequestsOnly for");
    }

    /// The requests of a Guaranteed pod must stay equal to its limits.
    @Test
    void aGuaranteedPodHasNoRequestsAlone() {
        Pod pod = running("db", "pg-0", "labels: {app: pg}");
        pod.getStatus().setQosClass("Guaranteed");
        String spec =
                "{target: {selector: {matchLabels: {app: pg}}}, max: 4, resources: {cpu: RequestsOnly}}";
        ExclusionCause cause =
                left(TestPlans.resolve(List.of(pod), List.of(object("db", "a", spec)))).cause();
        assertThat(cause.code()).isEqualTo("GuaranteedPod");
        assertThat(cause.text()).endsWith("resources.cpu must be RequestsAndLimits");
    }

    @Test
    void excludesTerminatingPodsAndIgnoresFinishedOnes() {
        Pod ending = running("db", "pg-0", AUTO);
        ending.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(left(TestPlans.resolve(List.of(ending), List.of())).cause())
                .isEqualTo(new ExclusionCause.Terminating());
        Pod over = running("db", "pg-0", AUTO);
        over.getStatus().setPhase("Failed");
        assertThat(TestPlans.resolve(List.of(over), List.of())).isEqualTo(NOTHING);
    }

    @Test
    void aContainerThatWaitsIsStarting() {
        Pod pod =
                pod(
                        "db",
                        "pg-0",
                        AUTO,
                        CONTAINER,
                        "{name: postgres, image: none, imageID: none, ready: false, restartCount: 3,"
                                + " state: {waiting: {reason: CrashLoopBackOff}}}");
        assertThat(left(TestPlans.resolve(List.of(pod), List.of())).cause())
                .isEqualTo(new ExclusionCause.Starting("postgres"));
    }

    private static final String AUTO =
            "annotations: {elastigres.dev/mode: Auto, elastigres.dev/max: '4'}";

    /// The API server's validation rejects all of these.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'min: 2'                             | spec.max is missing: the maximum number of compute units, or cpu and memory of spec.maxAllowed
                    'maxAllowed: {cpu: 2}'               | spec.max is missing: the maximum number of compute units, or cpu and memory of spec.maxAllowed
                    'max: 2, maxAllowed: {cpu: 2000}'    | spec.maxAllowed.cpu must be from 1m to 1000 CPUs
                    'max: 2, minAllowed: {memory: 3Gi}'  | the minimum of 3GiB is above the maximum of 2GiB
                    'min: 2, max: 2, maxAllowed: {cpu: 300m}' | the minimum of 0.5 CPUs is above the maximum of 0.3 CPUs
                    'min: 5, max: 2'                     | min must be at most max, and 5 is above 2
                    'max: 2, mode: Manual'               | spec.mode has an unknown value: Manual
                    'max: 2, computeUnit: {cpu: none}'   | spec.computeUnit.cpu must be an amount of CPUs, like 250m or 1
                    'max: 2, rules: {dampingWindow: long}' | spec.rules.dampingWindow must be a whole number with its unit, like 100ms, 5s, 1m or 1h
                    'max: 2, rules: {rules: other}'      | spec.rules: rules must be neon or elastigres, not other
                    'max: 2, rules: {shape: round}'      | spec.rules: shape must be units or independent, not round
                    'max: 2, rules: {loadTarget: 0}'     | spec.rules: the load target must be above 0: 0.0
                    """)
    void reportsInvalidObject(String said, String problem) {
        PodSelection choices =
                TestPlans.resolve(
                        List.of(running("db", "pg-0", "labels: {app: pg}")),
                        List.of(
                                object(
                                        "db",
                                        "a",
                                        "{target: {selector: {matchLabels: {app: pg}}}, %s}"
                                                .formatted(said))));
        assertThat(left(choices).cause().text())
                .isEqualTo("the PostgresAutoscaler a is wrong: " + problem);
    }

    /// A recreated pod has the name of its predecessor, and another uid.
    @Test
    void aPlanIsForThePodsWithItsUids() {
        Pod pod = running("db", "pg-0", "labels: {app: pg}");
        var target =
                new PlanTarget(
                        "db",
                        "mine",
                        object("db", "mine", "{max: 4}").getSpec(),
                        List.of(new PlanPod("pg-0", "uid-of-before")));
        assertThat(
                        TargetResolver.of(
                                List.of(pod), Optional.of(NodePlanSpec.of(List.of(target))), 1))
                .isEqualTo(NOTHING);
    }

    @Test
    void withoutAPlanOnlyAnnotationsSelect() {
        Pod planned = running("db", "pg-1", "labels: {app: pg}");
        Pod own = running("db", "pg-0", AUTO);
        PodSelection choices = TargetResolver.of(List.of(planned, own), Optional.empty(), 0);
        assertThat(choices.chosen()).containsOnlyKeys(PG);
    }

    private static ScaledPod chosen(PodSelection choices) {
        return requireNonNull(choices.chosen().get(PG), "it is not chosen");
    }

    private static ExcludedPod left(PodSelection choices) {
        return requireNonNull(choices.leftAlone().get(PG), "it is not left alone");
    }
}
