package dev.elastigres.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Tests the generated manifests as parsed YAML.
class ManifestsTest {
    private static final Path FOLDER = Path.of("../deploy/kubernetes").toAbsolutePath().normalize();
    private static final Path PLAIN = FOLDER.resolve("elastigres.yaml");
    private static final int NO_HELM = 2;

    private static List<Map<?, ?>> documents(Path file) throws IOException {
        var all = new ArrayList<Map<?, ?>>();
        for (Object document :
                new Load(LoadSettings.builder().build())
                        .loadAllFromString(Files.readString(file))) {
            assertThat(document).as("a document of %s", file).isInstanceOf(Map.class);
            all.add((Map<?, ?>) document);
        }
        return all;
    }

    private static List<Map<?, ?>> of(String kind, Path file) throws IOException {
        return documents(file).stream().filter(it -> kind.equals(it.get("kind"))).toList();
    }

    private static Map<?, ?> only(String kind) throws IOException {
        var found = of(kind, PLAIN);
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    private static Map<?, ?> named(String kind, String name) throws IOException {
        var found =
                of(kind, PLAIN).stream()
                        .filter(it -> name.equals(at(it, "metadata", "name")))
                        .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    /// Returns the node at `path`, which consists of keys of maps and indexes of lists.
    private static Object at(Object from, Object... path) {
        Object here = from;
        for (Object step : path) {
            Object next =
                    switch (step) {
                        case Integer index -> ((List<?>) here).get(index);
                        default -> ((Map<?, ?>) here).get(step);
                    };
            if (next == null) throw new AssertionError("nothing at " + step + " of " + here);
            here = next;
        }
        return here;
    }

    @TempDir private static Path folder;

    private record HelmOutput(int exitCode, String text, String errors) {}

    /// Renders the chart with helm's flags.
    private static HelmOutput render(String... flags) throws Exception {
        Path errors = folder.resolve("errors");
        var command = new ArrayList<>(List.of(FOLDER.resolve("generate.sh").toString(), "--print"));
        command.addAll(List.of(flags));
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assumeTrue(
                process.exitValue() != NO_HELM,
                "helm is not there (go install helm.sh/helm/v3/cmd/helm@v3.22.0)");
        return new HelmOutput(process.exitValue(), text, Files.readString(errors));
    }

    private static String rendered(String... flags) throws Exception {
        HelmOutput output = render(flags);
        assertThat(output.exitCode()).as(output.errors()).isZero();
        return output.text();
    }

    @Test
    void thePlainManifestsAreTheChartWithItsDefaults() throws Exception {
        assertThat(Files.readString(PLAIN)).isEqualToIgnoringNewLines(rendered());
    }

    @Test
    void metricsFitKubePrometheusStack() throws Exception {
        Path file = folder.resolve("all.yaml");
        Files.writeString(
                file,
                rendered(
                        "--set",
                        "metrics.podMonitor=true,metrics.rules=true,metrics.dashboards=true",
                        "--set",
                        "metrics.labels.release=stack"));
        Map<?, ?> monitor = of("PodMonitor", file).getFirst();
        assertThat(at(monitor, "metadata", "labels", "release")).isEqualTo("stack");
        for (int i = 0; i < 2; i++) {
            Object endpoint = at(monitor, "spec", "podMetricsEndpoints", i);
            assertThat(at(endpoint, "honorLabels")).isEqualTo(true);
            assertThat(at(endpoint, "relabelings", 0))
                    .isEqualTo(
                            Map.of(
                                    "targetLabel",
                                    "job",
                                    "replacement",
                                    "elastigres-" + at(endpoint, "port")));
        }
        Map<?, ?> rules = of("PrometheusRule", file).getFirst();
        assertThat(at(rules, "metadata", "labels", "release")).isEqualTo("stack");
        Path alerts = FOLDER.resolve("../prometheus/alerts.yml");
        assertThat(at(rules, "spec")).isEqualTo(documents(alerts).getFirst());
        for (Map<?, ?> board : of("ConfigMap", file)) {
            assertThat(at(board, "metadata", "labels", "grafana_dashboard")).isEqualTo("1");
            var name = (String) ((Map<?, ?>) at(board, "data")).keySet().iterator().next();
            assertThat(at(board, "data", name))
                    .isEqualTo(Files.readString(FOLDER.resolve("../grafana/" + name)));
        }
        assertThat(of("ConfigMap", file)).hasSize(3);
    }

    /// A label of Helm would claim that a release owns the objects.
    @Test
    void objectsHaveTheCommonLabelsAndPlainOnesNoneOfHelm() throws Exception {
        for (Map<?, ?> each : documents(PLAIN)) {
            assertThat(at(each, "metadata", "labels", "app.kubernetes.io/name"))
                    .as("%s", at(each, "kind"))
                    .isEqualTo("elastigres");
            if (!List.of("Namespace", "CustomResourceDefinition").contains(at(each, "kind")))
                assertThat(at(each, "metadata", "labels", "app.kubernetes.io/instance"))
                        .as("%s", at(each, "kind"))
                        .isEqualTo("elastigres");
        }
        assertThat(Files.readString(PLAIN)).doesNotContain("managed-by", "helm.sh/");
        // A DaemonSet's selector is immutable: a label more, and no older release can be upgraded.
        assertThat(at(only("DaemonSet"), "spec", "selector"))
                .isEqualTo(Map.of("matchLabels", Map.of("app.kubernetes.io/name", "elastigres")));
    }

    @Test
    void aVariableOrAnnotationOfTheUserReplacesThatOfTheChart() throws Exception {
        String text =
                rendered(
                        "--set", "agent.env.ELASTIGRES_LOG_FORMAT=text",
                        "--set", "monitor.env.ELASTIGRES_LOG_FORMAT=text",
                        "--set", "metrics.annotations=true",
                        "--set-string", "podAnnotations.prometheus\\.io/port=10302");
        for (Object container :
                (List<?>) at(daemonSet(text), "spec", "template", "spec", "containers"))
            assertThat((List<?>) at(container, "env"))
                    .extracting(it -> at(it, "name"))
                    .as("%s", at(container, "name"))
                    .doesNotHaveDuplicates();
        assertThat(text)
                .contains("value: \"text\"")
                .containsOnlyOnce("prometheus.io/port: \"10302\"")
                .doesNotContain("prometheus.io/port: \"10400\"");
    }

    private static Map<?, ?> daemonSet(String manifests) {
        for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(manifests))
            if (each instanceof Map<?, ?> object && "DaemonSet".equals(object.get("kind")))
                return object;
        throw new AssertionError("no DaemonSet");
    }

    /// Values that the chart needs for itself, or that it does not know.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent.env.ELASTIGRES_STATE_DIR=/tmp",
                "agent.env.ELASTIGRES_NODE=other",
                "monitor.env.ELASTIGRES_ADDR=0.0.0.0:10301",
                "podLabels.app\\.kubernetes\\.io/name=other",
                "networkPolicy.metricsFrom[0].podSelector=all",
                "networkPolicy.metricsFrom[0].pods=all",
                "networkPolicy=null",
                "nodePolicy.enable=false",
                "controller.env.ELASTIGRES_ADDR=0.0.0.0:1",
                "controller.replicas=many",
                "controller.env.ELASTIGRES_WEBHOOK_ADDR=0.0.0.0:1",
                "webhook.timeoutSeconds=0",
                "webhook.port=80",
                "webhook.excludedNamespaces[0]=Kube_System",
                "webhook.failurePolicy=Fail",
                "unknown=1"
            })
    void aWrongValueIsRejected(String value) throws Exception {
        HelmOutput output = render("--set", value);
        assertThat(output.exitCode()).as(output.errors()).isNotZero();
        assertThat(output.errors()).contains("values don't meet the specifications of the schema");
    }

    @Test
    void theWebhookLetsPodsPassAndIsOmittedOnRequest() throws Exception {
        Object webhook =
                at(named("MutatingWebhookConfiguration", "elastigres-webhook"), "webhooks", 0);
        assertThat(at(webhook, "failurePolicy")).isEqualTo("Ignore");
        assertThat(at(webhook, "sideEffects")).isEqualTo("None");
        assertThat(at(webhook, "timeoutSeconds")).isEqualTo(2);
        assertThat(at(webhook, "namespaceSelector", "matchExpressions", 0, "values"))
                .isEqualTo(List.of("kube-system", "elastigres"));
        assertThat((Map<?, ?>) at(webhook, "clientConfig")).as("no caBundle").hasSize(1);
        // What the controller has written must not be emptied by an upgrade.
        assertThat(named("Secret", "elastigres-webhook").containsKey("data")).isFalse();
        assertThat(rendered("--set", "webhook.enabled=false"))
                .doesNotContain("elastigres-webhook", "WEBHOOK", "10411")
                .contains("ingress: []");
    }

    @Test
    void theSchemaHasEachValue() throws Exception {
        Path chart = FOLDER.resolveSibling("helm/elastigres");
        Object values = documents(chart.resolve("values.yaml")).getFirst();
        // JSON is YAML, too.
        Object schema = documents(chart.resolve("values.schema.json")).getFirst();
        assertThat(missing("", values, schema)).isEmpty();
    }

    /// Returns the paths of values without a schema.
    private static List<String> missing(String path, Object values, Object schema) {
        if (!(values instanceof Map<?, ?> map)) return List.of();
        Object properties = ((Map<?, ?>) schema).get("properties");
        if (properties == null) return List.of();
        var missing = new ArrayList<String>();
        map.forEach(
                (key, value) -> {
                    Object own = ((Map<?, ?>) properties).get(key);
                    if (own == null) missing.add(path + key);
                    else missing.addAll(missing(path + key + ".", value, own));
                });
        return missing;
    }

    @Test
    void networkPolicyDeniesIngressByDefault() throws Exception {
        for (Map<?, ?> each : of("NetworkPolicy", PLAIN)) {
            assertThat(at(each, "spec", "policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
            // API servers, which are no pods, reach the webhook alone.
            boolean isController = "elastigres-controller".equals(at(each, "metadata", "name"));
            assertThat(at(each, "spec", "ingress"))
                    .isEqualTo(
                            isController
                                    ? List.of(Map.of("ports", List.of(Map.of("port", 10411))))
                                    : List.of());
        }
    }

    @Test
    void allOfItIsThere() throws Exception {
        assertThat(documents(PLAIN))
                .extracting(it -> (Object) it.get("kind"))
                .containsExactlyInAnyOrder(
                        "Namespace",
                        "CustomResourceDefinition",
                        "CustomResourceDefinition",
                        "PriorityClass",
                        "NetworkPolicy",
                        "NetworkPolicy",
                        "PodDisruptionBudget",
                        "ServiceAccount",
                        "ServiceAccount",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "Role",
                        "Role",
                        "RoleBinding",
                        "RoleBinding",
                        "Secret",
                        "Service",
                        "MutatingWebhookConfiguration",
                        "Deployment",
                        "ValidatingAdmissionPolicy",
                        "ValidatingAdmissionPolicyBinding",
                        "DaemonSet");
        assertThat(documents(FOLDER.resolve("crd.yaml")))
                .containsExactly(
                        named("CustomResourceDefinition", "postgresautoscalers.elastigres.dev"));
        assertThat(documents(FOLDER.resolve("nodeplan-crd.yaml")))
                .containsExactly(named("CustomResourceDefinition", "nodeplans.elastigres.dev"));
    }

    /// Every additional permission needs a reason.
    @Test
    void agentHasExactlyTheseRights() throws Exception {
        assertThat(at(named("ClusterRole", "elastigres"), "rules"))
                .isEqualTo(
                        List.of(
                                rule("", "pods", "get", "list", "watch"),
                                rule("", "pods/resize", "patch"),
                                rule("", "nodes", "get"),
                                Map.of(
                                        "apiGroups", List.of("apps"),
                                        "resources", List.of("statefulsets", "replicasets"),
                                        "verbs", List.of("get")),
                                rule("autoscaling", "horizontalpodautoscalers", "list"),
                                rule("autoscaling.k8s.io", "verticalpodautoscalers", "list"),
                                rule("events.k8s.io", "events", "create"),
                                rule("elastigres.dev", "nodeplans", "get", "list", "watch"),
                                rule("elastigres.dev", "nodeplans/status", "patch")));
        for (Map<?, ?> each : of("ServiceAccount", PLAIN))
            assertThat(at(each, "automountServiceAccountToken")).isEqualTo(false);
    }

    @Test
    void theControllerMayDoThisAndNothingElse() throws Exception {
        assertThat(at(named("ClusterRole", "elastigres-controller"), "rules"))
                .isEqualTo(
                        List.of(
                                Map.of(
                                        "apiGroups", List.of(""),
                                        "resources", List.of("pods", "nodes"),
                                        "verbs", List.of("list", "watch")),
                                rule("elastigres.dev", "postgresautoscalers", "list", "watch"),
                                rule("elastigres.dev", "postgresautoscalers/status", "patch"),
                                rule(
                                        "elastigres.dev",
                                        "nodeplans",
                                        "list",
                                        "watch",
                                        "create",
                                        "patch"),
                                rule("events.k8s.io", "events", "create")));
        assertThat(at(named("Role", "elastigres-controller"), "rules", 1, "resourceNames"))
                .isEqualTo(List.of("elastigres-controller"));
        // The webhook's own objects, by their names.
        assertThat(at(named("Role", "elastigres-webhook"), "rules"))
                .isEqualTo(List.of(webhookRule("", "secrets")));
        assertThat(at(named("ClusterRole", "elastigres-webhook"), "rules"))
                .isEqualTo(
                        List.of(
                                webhookRule(
                                        "admissionregistration.k8s.io",
                                        "mutatingwebhookconfigurations"),
                                Map.of(
                                        "apiGroups", List.of(""),
                                        "resources", List.of("limitranges", "resourcequotas"),
                                        "verbs", List.of("list", "watch"))));
    }

    private static Map<String, List<String>> webhookRule(String group, String resource) {
        return Map.of(
                "apiGroups", List.of(group),
                "resources", List.of(resource),
                "resourceNames", List.of("elastigres-webhook"),
                "verbs", List.of("get", "list", "watch", "patch"));
    }

    /// The DaemonSet, its disruption budget and the kubectl plugin select agents by this label.
    @Test
    void theControllerIsConfinedAndIsNoAgent() throws Exception {
        Object template = at(only("Deployment"), "spec", "template");
        assertThat(at(template, "metadata", "labels", "app.kubernetes.io/name"))
                .isEqualTo("elastigres-controller");
        Object pod = at(template, "spec");
        assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(at(pod, "securityContext", "seccompProfile", "type"))
                .isEqualTo("RuntimeDefault");
        assertThat(at(pod, "enableServiceLinks")).isEqualTo(false);
        assertThat(((Map<?, ?>) pod).containsKey("volumes")).isFalse();
        Object container = at(pod, "containers", 0);
        assertThat(at(container, "args")).isEqualTo(List.of("controller"));
        assertThat(at(container, "securityContext"))
                .isEqualTo(
                        Map.of(
                                "allowPrivilegeEscalation",
                                false,
                                "readOnlyRootFilesystem",
                                true,
                                "capabilities",
                                Map.of("drop", List.of("ALL"))));
        assertThat(at(container, "resources", "limits", "memory")).isNotNull();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe"))
            assertThat(at(container, probe, "httpGet", "path")).isNotNull();
    }

    private static Map<String, List<String>> rule(String group, String resource, String... verbs) {
        return Map.of(
                "apiGroups", List.of(group),
                "resources", List.of(resource),
                "verbs", List.of(verbs));
    }

    @Test
    void theDaemonsAreConfined() throws Exception {
        Object pod = at(only("DaemonSet"), "spec", "template", "spec");
        assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(at(pod, "securityContext", "seccompProfile", "type"))
                .isEqualTo("RuntimeDefault");
        assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
        // The variables of a Service named elastigres would be read as settings.
        assertThat(at(pod, "enableServiceLinks")).isEqualTo(false);
        var containers = (List<?>) at(pod, "containers");
        assertThat(containers)
                .extracting(it -> at(it, "name"))
                .isEqualTo(List.of("agent", "monitor", "reclaimer"));
        for (Object container : containers.subList(0, 2)) {
            assertThat(at(container, "securityContext"))
                    .isEqualTo(
                            Map.of(
                                    "allowPrivilegeEscalation",
                                    false,
                                    "readOnlyRootFilesystem",
                                    true,
                                    "capabilities",
                                    Map.of("drop", List.of("ALL"))));
            assertThat(at(container, "resources", "limits", "memory")).isNotNull();
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe"))
                assertThat(at(container, probe, "httpGet", "path")).isNotNull();
        }
    }

    /// The reclaimer is root without capabilities: it may write the files that belong to root.
    @Test
    void theReclaimerAloneIsRootAndWritesCgroups() throws Exception {
        Object pod = at(only("DaemonSet"), "spec", "template", "spec");
        Object reclaimer = at(pod, "containers", 2);
        assertThat(at(reclaimer, "securityContext"))
                .isEqualTo(
                        Map.of(
                                "runAsNonRoot",
                                false,
                                "runAsUser",
                                0,
                                "runAsGroup",
                                65532,
                                "allowPrivilegeEscalation",
                                false,
                                "readOnlyRootFilesystem",
                                true,
                                "capabilities",
                                Map.of("drop", List.of("ALL"))));
        // It mounts neither the token nor the watch list with connection strings.
        assertThat(mounts(reclaimer))
                .containsOnlyKeys("reclaimer", "cgroup")
                .containsEntry("cgroup", false);
        assertThat(at(reclaimer, "resources", "limits", "memory")).isNotNull();
    }

    /// With `reclaimer.enabled=false` no container of the pod runs as root.
    @Test
    void theReclaimerCanBeLeftOut() throws Exception {
        String made = rendered("--set", "reclaimer.enabled=false");
        assertThat(made)
                .contains("kind: DaemonSet")
                .doesNotContain("elastigres-reclaimer")
                .doesNotContain("runAsUser: 0");
    }

    @Test
    void theTokenIsTheAgentsAndTheCgroupTreeIsNotWritten() throws Exception {
        Object pod = at(only("DaemonSet"), "spec", "template", "spec");
        assertThat(mounts(at(pod, "containers", 0)))
                .containsOnlyKeys("watch-list", "cgroup", "reclaimer", "token", "state")
                .containsEntry("watch-list", false)
                .containsEntry("state", false)
                .containsEntry("cgroup", true)
                .containsEntry("token", true);
        assertThat(mounts(at(pod, "containers", 1)))
                .containsOnlyKeys("watch-list", "cgroup")
                .containsEntry("watch-list", true)
                .containsEntry("cgroup", true);
        assertThat(at(pod, "volumes", 0, "emptyDir", "medium")).isEqualTo("Memory");
    }

    /// Returns the mounted volumes by name, and whether each is read-only.
    private static Map<String, Boolean> mounts(Object container) {
        var mounts = new TreeMap<String, Boolean>();
        for (Object mount : (List<?>) at(container, "volumeMounts"))
            mounts.put(
                    (String) at(mount, "name"),
                    Boolean.TRUE.equals(((Map<?, ?>) mount).get("readOnly")));
        return mounts;
    }

    /// Agents do not authenticate to the monitor: any client that reaches the address is accepted.
    @Test
    void monitorAddressForAgentsIsLoopback() throws Exception {
        Object monitor = at(only("DaemonSet"), "spec", "template", "spec", "containers", 1, "env");
        assertThat(new ArrayList<Object>((List<?>) monitor))
                .contains(Map.of("name", "ELASTIGRES_ADDR", "value", "127.0.0.1:10301"));
    }

    @Test
    void theExampleIsOfThisKind() throws Exception {
        Object crd = named("CustomResourceDefinition", "postgresautoscalers.elastigres.dev");
        var example = documents(FOLDER.resolve("example.yaml"));
        assertThat(example).extracting(it -> (Object) it.get("kind")).contains("StatefulSet");
        Object autoscaler =
                example.stream()
                        .filter(it -> at(it, "kind").equals(at(crd, "spec", "names", "kind")))
                        .findFirst()
                        .orElseThrow();
        assertThat(at(autoscaler, "apiVersion"))
                .isEqualTo(at(crd, "spec", "group") + "/" + at(crd, "spec", "versions", 0, "name"));
        assertThat(at(autoscaler, "spec", "target", "statefulSet"))
                .isEqualTo(
                        example.stream()
                                .filter(it -> "StatefulSet".equals(it.get("kind")))
                                .map(it -> at(it, "metadata", "name"))
                                .findFirst()
                                .orElseThrow());
    }
}
