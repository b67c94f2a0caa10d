package dev.elastigres.controller.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionHandlerTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final String SMALL =
            "{requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: '1', memory: 2Gi}}";

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final AdmissionMeters meters = new AdmissionMeters();
    private final NewPods cluster = new NewPods();
    private boolean isReady = true;
    private final AdmissionHandler handler =
            new AdmissionHandler(
                    () -> isReady ? Optional.of(cluster) : Optional.empty(),
                    meters,
                    Clock.systemUTC(),
                    Log.to(logged, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC()));

    private void predecessor() {
        cluster.object("{target: {selector: {matchLabels: {app: pg}}}, min: 1, max: 16}");
        cluster.pods.add(
                new Predecessor(
                        "pg-0",
                        new Workload("StatefulSet/pg", "", ""),
                        Optional.of(NewPods.size(4, 8)),
                        Optional.empty(),
                        Optional.of(Instant.now())));
    }

    private Response answer(String body) {
        return (Response)
                handler.answer(
                        new Request(
                                "peer",
                                "POST",
                                AdmissionWebhook.PATH,
                                Map.of(),
                                new String(body.getBytes(UTF_8), ISO_8859_1)));
    }

    private static String review(String object) {
        return """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1",
         "operation": "CREATE", "namespace": "default", "resource": {"group": "", "version": "v1", "resource": "pods"},
         "object": %s}}
        """
                .formatted(object);
    }

    private static String pod() {
        return JSON.asJson(NewPods.ordinal(SMALL));
    }

    private String metrics() {
        var page = new MetricsWriter(MetricsFormat.TEXT);
        meters.write(page, Optional.empty());
        return page.finish();
    }

    @Test
    void aPodIsChangedByAJsonPatch() {
        predecessor();
        Response response = answer(review(pod()));
        assertThat(response.status()).isEqualTo(200);
        Map<?, ?> answer =
                (Map<?, ?>)
                        requireNonNull(JSON.unmarshal(response.body(), Map.class).get("response"));
        assertThat(answer.get("uid")).isEqualTo("u-1");
        assertThat(answer.get("allowed")).isEqualTo(true);
        assertThat(answer.get("patchType")).isEqualTo("JSONPatch");
        assertThat(
                        new String(
                                Base64.getDecoder().decode(String.valueOf(answer.get("patch"))),
                                UTF_8))
                .contains("{\"op\":\"add\",\"path\":\"/spec/containers/0/resources/limits\"")
                .contains("8192Mi");
        assertThat(metrics())
                .contains("elastigres_webhook_requests_total{outcome=\"changed\"} 1")
                .contains("elastigres_webhook_requests_total{outcome=\"failed\"} 0")
                .contains("elastigres_webhook_duration_seconds_count 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"metadata\": null, \"spec\": null}",
                "{\"metadata\": {\"name\": \"pg-0\"}, \"spec\": {\"containers\": null}}",
                "{\"spec\": {\"containers\": [null]}}",
                "{\"spec\": {\"containers\": [{}]}}",
                "{\"spec\": {\"containers\": \"none\"}}",
                "{\"metadata\": {\"labels\": {\"app\": null}}, \"spec\": {\"containers\": [{\"name\": \"postgres\", \"resources\": {\"limits\": {\"memory\": \"x\"}}}]}}",
                "{\"unknown\": {\"deep\": [1, 2]}, \"spec\": {\"containers\": [{\"name\": \"postgres\", \"later\": true}]}}",
            })
    void anOddPodIsAdmittedAsItIs(String object) {
        predecessor();
        Response response = answer(review(object));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("\"allowed\":true").doesNotContain("patch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "hello",
                "{}",
                "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1beta1\"}",
                "{\"kind\": \"Pod\", \"apiVersion\": \"v1\"}",
                "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1\", \"request\": {}}",
            })
    void aWrongRequestGetsOneLine(String body) {
        Response response = answer(body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).startsWith("not an AdmissionReview: ").containsOnlyOnce("\n");
    }

    @ParameterizedTest
    @CsvSource({"POST, /other, 404", "GET, /mutate-pods, 405"})
    void otherRequestsAreRejected(String method, String path, int status) {
        Response response =
                (Response) handler.answer(new Request("peer", method, path, Map.of(), ""));
        assertThat(response.status()).isEqualTo(status);
    }

    @Test
    void otherOperationsAndAControllerThatKnowsNothingYetChangeNothing() {
        predecessor();
        for (String each :
                new String[] {
                    review(pod()).replace("CREATE", "UPDATE"),
                    review(pod()).replace("\"pods\"", "\"deployments\"")
                })
            assertThat(answer(each).body()).contains("\"allowed\":true").doesNotContain("patch");
        isReady = false;
        assertThat(answer(review(pod())).body())
                .contains("\"allowed\":true")
                .doesNotContain("patch");
        assertThat(metrics())
                .contains("{outcome=\"not_ready\"} 1", "{outcome=\"not_understood\"} 2");
    }

    /// The times are printed, not checked: the machine may be busy.
    @Test
    void aReviewTakesLittleTime() {
        predecessor();
        for (int i = 0; i < 999; i++) cluster.node("{}", "8", "32Gi");
        for (int i = 1; i < 1000; i++)
            cluster.pods.add(
                    new Predecessor(
                            "other-" + i,
                            new Workload("StatefulSet/other", "", ""),
                            Optional.of(NewPods.size(1, 1)),
                            Optional.empty(),
                            Optional.empty()));
        String body = review(pod());
        long[] micros = new long[2000];
        for (int i = 0; i < micros.length; i++) {
            long start = System.nanoTime();
            assertThat(answer(body).status()).isEqualTo(200);
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        long[] warm = Arrays.copyOfRange(micros, 500, micros.length);
        Arrays.sort(warm);
        System.out.printf(
                "review with 1,000 nodes and 1,000 pods: p50 %d µs, p99 %d µs%n",
                warm[warm.length / 2], warm[warm.length * 99 / 100]);
        assertThat(metrics()).contains("{outcome=\"changed\"} 2000");
    }
}
