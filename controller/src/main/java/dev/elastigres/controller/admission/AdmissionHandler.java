package dev.elastigres.controller.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elastigres.controller.admission.NewPodReview.ClusterView;
import dev.elastigres.controller.admission.NewPodReview.ReviewResult;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Answers AdmissionReviews of new pods. Every readable review is answered with an admission, with
/// or without a change of the pod.
final class AdmissionHandler implements Handler {
    /// Maximum length of a review in bytes: that of an object of the API server.
    static final int MAX_LENGTH = 3 << 20;

    /// Reviews above this length are parsed one at a time, because parsing multiplies their size.
    private static final int LARGE = 256 << 10;

    private static final String API_VERSION = "admission.k8s.io/v1";

    private final Supplier<Optional<ClusterView>> cluster;
    private final AdmissionMeters meters;
    private final Clock clock;
    private final Log log;
    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final Semaphore large = new Semaphore(1);

    /// @param cluster returns what is known of the cluster; empty before the first lists arrived
    AdmissionHandler(
            Supplier<Optional<ClusterView>> cluster, AdmissionMeters meters, Clock clock, Log log) {
        this.cluster = cluster;
        this.meters = meters;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public Reply answer(Request request) {
        if (!request.path().equals(AdmissionWebhook.PATH)) return Response.text(404, "not found");
        if (!request.method().equals("POST"))
            return Response.text(405, "only POST is served").with("Allow", "POST");
        if (request.body().length() <= LARGE) return review(request.body());
        large.acquireUninterruptibly();
        try {
            return review(request.body());
        } finally {
            large.release();
        }
    }

    private Response review(String body) {
        long start = System.nanoTime();
        JsonNode review;
        try {
            review = parsed(body);
        } catch (IllegalArgumentException e) {
            return Response.text(400, "not an AdmissionReview: " + e.getMessage());
        }
        JsonNode request = review.path("request");
        String uid = request.path("uid").asText("");
        if (uid.isEmpty())
            return Response.text(400, "not an AdmissionReview: request.uid is missing");
        ReviewResult result;
        try {
            result = decision(request);
        } catch (RuntimeException e) {
            log.error(
                    "a bug in the webhook",
                    "namespace",
                    request.path("namespace").asText(""),
                    "cause",
                    e);
            result = ReviewResult.unchanged(ReviewOutcome.FAILED);
        }
        Response response = response(uid, result);
        meters.reviewed(result.outcome(), Duration.ofNanos(System.nanoTime() - start));
        return response;
    }

    /// @throws IllegalArgumentException if the text is not an AdmissionReview; the message has no
    ///     part of it
    private JsonNode parsed(String body) {
        if (!body.stripLeading().startsWith("{"))
            throw new IllegalArgumentException("it is not a JSON object");
        JsonNode review;
        try {
            review =
                    serialization.unmarshal(
                            new ByteArrayInputStream(body.getBytes(ISO_8859_1)), JsonNode.class);
        } catch (RuntimeException _) {
            throw new IllegalArgumentException("it is not JSON");
        }
        if (review == null || !"AdmissionReview".equals(review.path("kind").asText("")))
            throw new IllegalArgumentException("its kind is another one");
        if (!API_VERSION.equals(review.path("apiVersion").asText("")))
            throw new IllegalArgumentException("its apiVersion must be " + API_VERSION);
        return review;
    }

    private ReviewResult decision(JsonNode request) {
        if (!"CREATE".equals(request.path("operation").asText(""))
                || !"pods".equals(request.path("resource").path("resource").asText(""))
                || !request.path("subResource").asText("").isEmpty())
            return ReviewResult.unchanged(ReviewOutcome.NOT_UNDERSTOOD);
        Optional<Pod> pod = pod(request);
        if (pod.isEmpty()) return ReviewResult.unchanged(ReviewOutcome.NOT_UNDERSTOOD);
        Optional<ClusterView> view = cluster.get();
        if (view.isEmpty()) return ReviewResult.unchanged(ReviewOutcome.NOT_READY);
        return NewPodReview.of(pod.get(), view.get(), clock.instant());
    }

    /// Returns the pod with its namespace; empty if the object is not understood.
    private Optional<Pod> pod(JsonNode request) {
        try {
            Pod pod = serialization.convertValue(request.path("object"), Pod.class);
            String namespace = request.path("namespace").asText("");
            if (pod == null || namespace.isEmpty()) return Optional.empty();
            if (pod.getMetadata() == null) pod.setMetadata(new ObjectMeta());
            pod.getMetadata().setNamespace(namespace);
            return Optional.of(pod);
        } catch (IllegalArgumentException e) {
            log.debug("the object of a review is not understood", "cause", e);
            return Optional.empty();
        }
    }

    private static Response response(String uid, ReviewResult result) {
        Json.Obj response = Json.object().with("uid", uid).with("allowed", true);
        if (result.patch().isPresent())
            response =
                    response.with("patchType", "JSONPatch")
                            .with(
                                    "patch",
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    result.patch()
                                                            .get()
                                                            .compact()
                                                            .getBytes(UTF_8)));
        return Response.json(
                200,
                Json.object()
                        .with("apiVersion", API_VERSION)
                        .with("kind", "AdmissionReview")
                        .with("response", response)
                        .compact());
    }
}
