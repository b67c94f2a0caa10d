package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.ScrapedPage.ScrapedFamily;
import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.protocol.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The monitor's dashboard and alerts use existing metrics only. The alerts of monitor and agent
/// fire as their tests expect.
class DeployTest {
    private static final Path ALERTS = DocumentedMetrics.file("deploy/prometheus/alerts.yml");
    private static final Path ALERTS_TEST =
            DocumentedMetrics.file("deploy/prometheus/alerts-test.yml");
    private static final Path DASHBOARD =
            DocumentedMetrics.file("deploy/grafana/elastigres-monitor.json");
    private static final List<String> DASHBOARDS =
            List.of("elastigres-agent", "elastigres-fleet", "elastigres-monitor");
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:elastigres_monitor|host|lfc|process)_[a-z0-9_]+");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
    private static final Pattern RUNBOOK = Pattern.compile("(?m)^ +runbook: \"(.+)\"$");

    private static final Pattern SELECTOR = Pattern.compile("elastigres_monitor_[a-z_]+\\{");
    private static final Pattern CONTAINER =
            Pattern.compile(
                    "namespace=\"\\$namespace\", pod=\"\\$pod\", container=\"\\$container\"");
    private static final Pattern QUANTILE =
            Pattern.compile("sum by \\(([a-z, ]+)\\) \\(rate\\(elastigres_monitor_");

    @TempDir Path folder;

    private static Set<String> documented() throws Exception {
        var names = new TreeSet<String>();
        for (String page : List.of("The monitor", "The machine", "The cache"))
            DocumentedMetrics.of(page).stream().map(ScrapedFamily::name).forEach(names::add);
        return names;
    }

    /// Returns the names of metrics, without those that are the value of a label.
    private static Set<String> metrics(String expressions) {
        return METRIC.matcher(expressions.replaceAll("\"[^\"]*\"", "\"\""))
                .results()
                .map(it -> it.group().replaceFirst("_(bucket|sum|count)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(it -> it.group(1));
    }

    private static List<String> expressions(Path dashboard) throws Exception {
        var found = new ArrayList<String>();
        collect(Json.parse(Files.readString(dashboard)), found);
        return found;
    }

    /// Returns the expressions of the panels that show one monitor.
    private static List<String> ofMonitor() throws Exception {
        return expressions(DASHBOARD).stream()
                .filter(it -> it.contains("elastigres_monitor_"))
                .filter(it -> !it.contains("build_info"))
                .toList();
    }

    private static void collect(Json value, List<String> expressions) {
        switch (value) {
            case Json.Obj(var members) ->
                    members.forEach(
                            (key, member) -> {
                                if (key.equals("expr") && member instanceof Json.Str(String text))
                                    expressions.add(text);
                                else collect(member, expressions);
                            });
            case Json.Arr(var items) -> items.forEach(item -> collect(item, expressions));
            case Json.Num _, Json.Str _, Json.Bool _, Json.Null _ -> {}
        }
    }

    @Test
    void alertsAreAboutDocumentedMetrics() throws Exception {
        assertThat(metrics(Files.readString(ALERTS)))
                .hasSizeGreaterThan(5)
                .isSubsetOf(documented());
    }

    @Test
    void theDashboardShowsDocumentedMetrics() throws Exception {
        assertThat(expressions(DASHBOARD)).hasSizeGreaterThan(40);
        assertThat(metrics(String.join("\n", expressions(DASHBOARD)))).isSubsetOf(documented());
    }

    /// The monitor of a node serves the metrics of all its containers on one page.
    @Test
    void noPanelMixesTheContainersOfANode() throws Exception {
        assertThat(ofMonitor())
                .hasSizeGreaterThan(20)
                .allMatch(
                        it ->
                                SELECTOR.matcher(it).results().count()
                                        == CONTAINER.matcher(it).results().count());
    }

    /// A histogram is computed for one container.
    @Test
    void noAlertMixesTheContainersOfANode() throws Exception {
        assertThat(all(QUANTILE, Files.readString(ALERTS)))
                .isNotEmpty()
                .allMatch(it -> it.equals("job, instance, namespace, pod, container, le"));
    }

    @Test
    void everyAlertHasATestThatFiresItAndSeriesThatDoNot() throws Exception {
        List<String> alerts = all(ALERT, Files.readString(ALERTS)).toList();
        String[] tests = Files.readString(ALERTS_TEST).split("(?m)^  - name: ");
        assertThat(tests).hasSize(alerts.size() + 1);
        for (int i = 0; i < alerts.size(); i++)
            assertThat(tests[i + 1])
                    .startsWith(alerts.get(i) + "\n")
                    .contains("quiet", "alertname: " + alerts.get(i), "- exp_labels:");
    }

    @Test
    @NeedsPackages("prometheus")
    void theAlertsFireAsTheirTestsSay() throws Exception {
        assertThat(promtool("test", "rules", ALERTS_TEST)).contains("SUCCESS");
    }

    @Test
    void everyAlertHasItsPlaceInTheRunbook() throws Exception {
        String text = Files.readString(ALERTS);
        List<String> alerts = all(ALERT, text).toList();
        assertThat(alerts).hasSizeGreaterThan(5);
        assertThat(all(RUNBOOK, text))
                .containsExactlyElementsOf(
                        alerts.stream()
                                .map(it -> "docs/runbook.md#" + it.toLowerCase(Locale.ROOT))
                                .toList());
        assertThat(
                        Files.readString(DocumentedMetrics.file("docs/runbook.md"))
                                .lines()
                                .filter(it -> it.startsWith("## ")))
                .containsExactlyInAnyOrderElementsOf(
                        alerts.stream().map(it -> "## " + it).toList());
    }

    @Test
    @NeedsPackages("prometheus")
    void promtoolTakesTheAlerts() throws Exception {
        assertThat(promtool("check", "rules", ALERTS)).contains("SUCCESS");
    }

    @Test
    @NeedsPackages("prometheus")
    void promtoolTakesTheDashboardsExpressions() throws Exception {
        for (String dashboard : DASHBOARDS) {
            var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
            int count = 0;
            for (String expression :
                    expressions(DocumentedMetrics.file("deploy/grafana/" + dashboard + ".json")))
                rules.append("      - record: panel")
                        .append(count++)
                        .append("\n        expr: '")
                        .append(
                                expression
                                        .replace("$__rate_interval", "1m")
                                        .replace("$__range", "1h")
                                        .replace("'", "''"))
                        .append("'\n");
            Path file = Files.writeString(folder.resolve(dashboard + ".yml"), rules);
            assertThat(promtool("check", "rules", file))
                    .contains("SUCCESS: " + count + " rules found");
        }
    }

    private static String promtool(String verb, String what, Path file) throws Exception {
        var process =
                new ProcessBuilder("promtool", verb, what, file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
