package dev.elastigres.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.TargetSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.UnitSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ModelTest {
    /// Relative to the module's folder, in which tests run.
    private static final Path CRD = Path.of("../deploy/kubernetes/crd.yaml");

    private static final String FULL =
            """
            apiVersion: elastigres.dev/v1alpha1
            kind: PostgresAutoscaler
            metadata:
              name: all
              namespace: db
            spec:
              target:
                selector:
                  matchLabels: {app: postgres}
                  matchExpressions: [{key: tier, operator: In, values: [gold]}]
                statefulSet: pg
                cluster: pg
              container: main
              computeUnit: {cpu: 500m, memory: 2Gi}
              min: 2
              max: 8
              minAllowed: {cpu: 300m, memory: 1Gi}
              maxAllowed: {cpu: 3, memory: 12Gi}
              mode: Recommend
              resources: {cpu: RequestsOnly, memory: RequestsAndLimits}
              rules:
                rules: neon
                shape: independent
                prefer: cost
                cpuDemand: true
                workingSet: false
                damping: true
                statedSizes: false
                cooldownDoubling: true
                learnedHeadroom: false
                loadTarget: 0.8
                cpuUseTarget: 0.7
                memoryUsageTarget: 0.6
                memoryTotalTarget: 0.5
                dampingWindow: 90s
                cooldownInitial: 10s
                cooldownMax: 10m
              postgres: {secretName: login, key: dsn}
              cache: neon
              onNodeFull: notify
            status:
              observedGeneration: 3
              pods: 1
              size: 1/4Gi
              goal: 2/8Gi
              state: Resizing
              why: more is needed
              conditions:
                - type: Ready
                  status: "True"
                  observedGeneration: 3
                  lastTransitionTime: "2026-01-01T00:00:00Z"
                  reason: AllPods
                  message: its pod is scaled
              instances:
                - name: pg-0
                  node: one
                  cpu: "1"
                  memory: 4Gi
                  goalCpu: "2"
                  goalMemory: 8Gi
                  state: Resizing
                  why: more is needed
              predecessors:
                - name: pg-1
                  workload: StatefulSet/pg
                  role: replica
                  revision: pg-5d8f
                  cpu: "2"
                  memory: 8Gi
                  endedAt: "2026-01-01T00:00:00Z"
                  oomKilledAt: "2025-12-31T23:00:00Z"
                  oomKilledMemory: 4Gi
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final KubernetesSerialization client = new KubernetesSerialization();

    @Test
    void hasTheFieldsOfTheDefinition() throws Exception {
        JsonNode schema =
                tree(Files.readString(CRD))
                        .at("/spec/versions/0/schema/openAPIV3Schema/properties");
        var differences = new ArrayList<String>();
        compare("spec", schema.get("spec"), PostgresAutoscalerSpec.class, differences);
        compare("status", schema.get("status"), PostgresAutoscalerStatus.class, differences);
        assertThat(differences).isEmpty();
    }

    /// A controller or an agent of the next release may write fields that this one does not know.
    @Test
    void aPlanOfALaterReleaseIsRead() {
        NodePlan plan =
                client.unmarshal(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: NodePlan
                        metadata: {name: one, generation: 4}
                        spec:
                          schemaVersion: 1
                          later: {field: true}
                          targets:
                            - namespace: db
                              name: pg
                              later: 1
                              spec: {max: 4, later: [1, 2]}
                              pods: [{name: pg-0, uid: u0, later: text}]
                        status:
                          observedGeneration: 4
                          reportedAt: "2026-01-01T00:00:00Z"
                          agentVersion: "1.0"
                          later: 2
                          pods: [{namespace: db, name: pg-0, uid: u0, state: LaterState, later: x}]
                        """,
                        NodePlan.class);
        assertThat(plan.generation()).isEqualTo(4);
        NodePlanSpec spec = plan.findSpec().orElseThrow();
        assertThat(spec.version()).isEqualTo(1);
        assertThat(spec.allTargets().getFirst().allPods())
                .containsExactly(new NodePlanSpec.PlanPod("pg-0", "u0"));
        assertThat(plan.findStatus().orElseThrow().allPods().getFirst().state())
                .isEqualTo("LaterState");
        assertThat(client.unmarshal("metadata: {name: one}", NodePlan.class).findSpec()).isEmpty();
    }

    @Test
    void keepsEveryField() throws Exception {
        PostgresAutoscaler object = client.unmarshal(FULL, PostgresAutoscaler.class);
        assertThat(json.readTree(client.asJson(object))).isEqualTo(tree(FULL));
    }

    /// Ensures that a new field of the definition is added to the sample, too.
    @Test
    void theSampleHasEveryField() throws Exception {
        JsonNode schema =
                tree(Files.readString(CRD))
                        .at("/spec/versions/0/schema/openAPIV3Schema/properties");
        JsonNode sample = tree(FULL);
        var missing = new ArrayList<String>();
        for (String part : List.of("spec", "status"))
            missing(part, schema.get(part), sample.get(part), missing);
        assertThat(missing).isEmpty();
    }

    @Test
    void toleratesFieldsOfLaterVersions() {
        PostgresAutoscaler object =
                client.unmarshal(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: later}
                        spec:
                          target: {cluster: pg, zone: a}
                          computeUnit: {cpu: 1, gpu: 2}
                          news: [1, 2]
                        status: {pods: 2, news: {a: b}}
                        """,
                        PostgresAutoscaler.class);
        PostgresAutoscalerSpec spec = object.findSpec().orElseThrow();
        assertThat(spec.target()).isEqualTo(new TargetSpec(null, null, "pg"));
        assertThat(spec.computeUnit()).isEqualTo(new UnitSpec(new IntOrString(1), null));
        assertThat(object.written().orElseThrow().pods()).isEqualTo(2);
    }

    @Test
    void omitsUnsetFields() throws Exception {
        PostgresAutoscaler empty = new PostgresAutoscaler();
        assertThat(empty.findSpec()).isEmpty();
        assertThat(empty.written()).isEmpty();
        assertThat(json.readTree(client.asJson(empty)).has("spec")).isFalse();
        assertThat(json.readTree(client.asJson(empty)).has("status")).isFalse();
    }

    private JsonNode tree(String yaml) {
        return json.valueToTree(client.unmarshal(yaml, Map.class));
    }

    private static void missing(
            String path, JsonNode schema, JsonNode sample, List<String> missing) {
        if (sample == null) {
            missing.add(path);
            return;
        }
        JsonNode properties = schema.path("properties");
        if (schema.path("type").asText().equals("array"))
            missing(path + "[]", schema.get("items"), sample.get(0), missing);
        properties
                .fieldNames()
                .forEachRemaining(
                        it ->
                                missing(
                                        path + "." + it,
                                        properties.get(it),
                                        sample.get(it),
                                        missing));
    }

    private static void compare(
            String path, JsonNode schema, Class<?> type, List<String> differences) {
        var fields = new TreeMap<String, Type>();
        for (RecordComponent each : type.getRecordComponents())
            fields.put(each.getName(), each.getGenericType());
        JsonNode properties = schema.get("properties");
        var names = new TreeSet<String>();
        properties.fieldNames().forEachRemaining(names::add);
        for (String name : names)
            if (fields.containsKey(name))
                compareField(
                        path + "." + name, properties.get(name), fields.get(name), differences);
            else differences.add(path + "." + name + " is not in " + type.getSimpleName());
        for (String name : fields.keySet())
            if (!names.contains(name)) differences.add(path + "." + name + " is not in the schema");
    }

    private static void compareField(
            String path, JsonNode schema, Type type, List<String> differences) {
        switch (schema.path("type").asText()) {
            case "array" -> {
                Type item = argument(type, List.class, 0);
                compareField(path + "[]", schema.get("items"), item, differences);
            }
            case "object" -> {
                if (schema.has("additionalProperties"))
                    expect(path, argument(type, Map.class, 1), String.class, differences);
                else compare(path, schema, (Class<?>) type, differences);
            }
            case "integer" ->
                    expect(
                            path,
                            type,
                            schema.path("format").asText().equals("int64")
                                    ? Long.class
                                    : Integer.class,
                            differences);
            case "number" -> expect(path, type, Double.class, differences);
            case "boolean" -> expect(path, type, Boolean.class, differences);
            case "string" -> expect(path, type, String.class, differences);
            default -> {
                assertThat(schema.path("x-kubernetes-int-or-string").asBoolean()).isTrue();
                expect(path, type, IntOrString.class, differences);
            }
        }
    }

    private static Type argument(Type type, Class<?> raw, int index) {
        var generic = (ParameterizedType) type;
        assertThat(generic.getRawType()).isEqualTo(raw);
        return generic.getActualTypeArguments()[index];
    }

    private static void expect(String path, Type type, Class<?> wanted, List<String> differences) {
        if (!type.equals(wanted)) differences.add(path + " is " + type + ", not " + wanted);
    }
}
