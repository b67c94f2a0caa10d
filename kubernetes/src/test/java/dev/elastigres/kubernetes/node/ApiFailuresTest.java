package dev.elastigres.kubernetes.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The messages have the format of Kubernetes 1.35.
class ApiFailuresTest {
    private static final String POD = "pods \"pg-0\" is forbidden: ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                POD
                        + "User \"system:serviceaccount:elastigres:elastigres\" cannot patch resource"
                        + " \"pods/resize\" in API group \"\" in the namespace \"db\"",
                POD
                        + "User \"agent\" cannot patch resource \"pods/resize\" in API group \"\" in the"
                        + " namespace \"db\": RBAC: clusterrole.rbac.authorization.k8s.io \"x\" not found",
                "nodes is forbidden: User \"\" cannot list resource \"nodes\" in API group \"\" at the"
                        + " cluster scope",
                "forbidden: User \"agent\" cannot get path \"/metrics\""
            })
    void classifiesAuthorizerDenialAsMissingRight(String message) {
        assertThat(classified(403, message)).isInstanceOf(ApiException.MissingRight.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    QUOTA       | 403 | exceeded quota: q, requested: limits.memory=1Gi, used: limits.memory=1Gi, limited: limits.memory=1Gi
                    QUOTA       | 403 | failed quota: q: must specify limits.cpu for: postgres
                    QUOTA       | 403 | status unknown for quota: q, resources: limits.memory
                    QUOTA       | 403 | insufficient quota to match these scopes: [{PriorityClass In [x]}]
                    QUOTA       | 403 | insufficient quota to consume: limits.memory
                    LIMIT_RANGE | 403 | maximum memory usage per Container is 1Gi, but limit is 2Gi
                    LIMIT_RANGE | 403 | [maximum cpu usage per Pod is 2, but limit is 3, maximum memory usage per Pod is 1Gi, but limit is 2Gi]
                    LIMIT_RANGE | 403 | minimum memory usage per Container is 1Gi, but request is 512Mi
                    LIMIT_RANGE | 403 | memory max limit to request ratio per Container is 2, but provided ratio is 4.000000
                    ADMISSION   | 403 | violates PodSecurity "restricted:latest": privileged
                    ADMISSION   | 403 | unable to create new content in namespace db because it is being terminated
                    ADMISSION   | 403 | words of a plugin that nobody has heard of
                    ADMISSION   | 401 | ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no
                    ADMISSION   | 403 | ValidatingAdmissionPolicy 'p' denied request: no
                    ADMISSION   | 413 | ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no
                    ADMISSION   | 422 | ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no
                    """)
    void rulesOfTheClusterRejectOneObject(Rejection reason, int code, String message) {
        assertThat(classified(code, POD + message))
                .isInstanceOfSatisfying(
                        ApiException.Rejected.class,
                        it -> {
                            assertThat(it.reason()).isEqualTo(reason);
                            assertThat(it).hasMessage(POD + message);
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422, 429, 500, 503})
    void aWebhookAnswersAnyCode(int code) {
        assertThat(
                        classified(
                                code,
                                "admission webhook \"x.example.com\" denied the request: User"
                                        + " \"agent\" cannot patch resource \"pods/resize\""))
                .isInstanceOfSatisfying(
                        ApiException.Rejected.class,
                        it -> assertThat(it.reason()).isEqualTo(Rejection.ADMISSION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "violates \"x\": User \"agent\" cannot patch resource \"pods/resize\"",
                "exceeded what it may: User \"agent\" cannot patch resource \"pods/resize\""
            })
    void classifiesQuotedAuthorizerDenialAsRejection(String message) {
        assertThat(classified(403, POD + message)).isInstanceOf(ApiException.Rejected.class);
    }

    @Test
    void classifiesUnreachableWebhookAsRejection() {
        assertThat(
                        classified(
                                500,
                                "Internal error occurred: failed calling webhook"
                                        + " \"x.example.com\": failed to call webhook: timeout"))
                .isInstanceOf(ApiException.Rejected.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 410, 413, 422})
    void classifiesInvalidObjectAsRejection(int code) {
        assertThat(classified(code, "Pod \"pg-0\" is invalid: spec: Forbidden: no"))
                .isInstanceOfSatisfying(
                        ApiException.Rejected.class,
                        it -> assertThat(it.reason()).isEqualTo(Rejection.INVALID));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 500, 502, 503, 504})
    void classifiesTemporaryFailureAsUnavailable(int code) {
        assertThat(classified(code, "the server cannot now"))
                .isInstanceOf(ApiException.Unavailable.class);
    }

    @Test
    void distinguishesOverloadFromDisruptionBudget() {
        String overload = "Too many requests, please try again later.";
        assertThat(classified(429, overload)).isInstanceOf(ApiException.Throttled.class);
        var overloaded = new StatusBuilder().withCode(429).withMessage(overload).build();
        assertThat(ApiFailures.disruptionBudget(failure(overloaded))).isEmpty();
        Status budget =
                new StatusBuilder()
                        .withCode(429)
                        .withMessage("Cannot evict pod as it would violate its budget.")
                        .withNewDetails()
                        .addNewCause("", "The disruption budget pg needs 1", "DisruptionBudget")
                        .endDetails()
                        .build();
        assertThat(ApiFailures.disruptionBudget(failure(budget)))
                .contains("The disruption budget pg needs 1");
    }

    @Test
    void distinguishesMissingObjectFromMissingResource() {
        Status gone =
                new StatusBuilder()
                        .withCode(404)
                        .withMessage("pods \"pg-0\" not found")
                        .withNewDetails()
                        .withName("pg-0")
                        .withKind("pods")
                        .endDetails()
                        .build();
        assertThat(ApiFailures.of(failure(gone), "pods \"pg-0\" not found"))
                .isInstanceOf(ApiException.NotFound.class);
        assertThat(classified(404, "the server could not find the requested resource"))
                .isInstanceOf(ApiException.Unsupported.class);
        assertThat(classified(405, "patch is not supported on this resource"))
                .isInstanceOf(ApiException.Unsupported.class);
    }

    @Test
    void credentialsThatAreNotAccepted() {
        assertThat(classified(401, "Unauthorized"))
                .isInstanceOf(ApiException.NotAuthenticated.class);
        assertThat(classified(409, "Operation cannot be fulfilled"))
                .isInstanceOf(ApiException.Conflict.class);
    }

    private static ApiException classified(int code, String message) {
        Status status = new StatusBuilder().withCode(code).withMessage(message).build();
        return ApiFailures.of(failure(status), message);
    }

    private static KubernetesClientException failure(Status status) {
        return new KubernetesClientException(status.getMessage(), status.getCode(), status);
    }
}
