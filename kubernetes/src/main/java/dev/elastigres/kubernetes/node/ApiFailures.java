package dev.elastigres.kubernetes.node;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Classifies failures of the API server.
///
/// The status code is not sufficient. An authorizer, a quota, a LimitRange and most admission
/// plugins answer 403; a webhook answers any code of its choice, and a policy 401, 403, 413 or 422.
/// The format of the message therefore decides. Each pattern is anchored at text of the API server,
/// because the text of a webhook comes after it. A message of unknown format counts as a rejection
/// of the one object, which leads to a backoff, and not as a missing right, which would make the
/// whole agent not ready.
public final class ApiFailures {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String DISRUPTION_BUDGET = "DisruptionBudget";
    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;

    /// Prefix of a message whose remainder comes from an admission plugin or the authorizer.
    private static final String FORBIDDEN = "(?s)(?:\\S+(?: \"[^\"]*\")? is )?forbidden: ";

    private static final Pattern AUTHORIZER =
            Pattern.compile(FORBIDDEN + "User \".*?\" cannot \\S+ (?:resource|path) \".*");

    private static final Pattern QUOTA =
            Pattern.compile(
                    FORBIDDEN
                            + "(?:(?:exceeded|failed) quota: "
                            + "|status unknown for quota: "
                            + "|insufficient quota to ).*");

    /// Messages of a LimitRange; several violations are enclosed in brackets.
    private static final Pattern LIMIT_RANGE =
            Pattern.compile(
                    FORBIDDEN
                            + "\\[?(?:(?:minimum|maximum) \\S+ usage per "
                            + "|\\S+ max limit to request ratio per ).*");

    private static final Pattern POLICY =
            Pattern.compile(FORBIDDEN + "ValidatingAdmissionPolicy '.*");

    private static final Pattern WEBHOOK =
            Pattern.compile(
                    "(?s)admission webhook \"[^\"]*\" (?:denied the request|does not support).*");

    /// The webhook has the `failurePolicy` `Fail` and was unreachable; the change was not made.
    private static final Pattern UNREACHABLE_WEBHOOK =
            Pattern.compile("(?s)Internal error occurred: failed calling webhook .*");

    private ApiFailures() {}

    /// @param why message of the API server, or the cause of the failed connection
    static ApiException of(KubernetesClientException failure, String why) {
        int code = failure.getCode();
        if (code < CLIENT_ERRORS) return new ApiException.Unavailable(why, failure);
        if (isAny(why, POLICY, WEBHOOK, UNREACHABLE_WEBHOOK))
            return new ApiException.Rejected(Rejection.ADMISSION, why, failure);
        return switch (code) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                    new ApiException.NotAuthenticated(why, failure);
            case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(why, failure);
            case HttpURLConnection.HTTP_NOT_FOUND ->
                    namesObject(failure)
                            ? new ApiException.NotFound(why, failure)
                            : new ApiException.Unsupported(why, failure);
            case HttpURLConnection.HTTP_BAD_METHOD,
                    HttpURLConnection.HTTP_NOT_ACCEPTABLE,
                    HttpURLConnection.HTTP_UNSUPPORTED_TYPE ->
                    new ApiException.Unsupported(why, failure);
            case HttpURLConnection.HTTP_CONFLICT -> new ApiException.Conflict(why, failure);
            case HttpURLConnection.HTTP_CLIENT_TIMEOUT ->
                    new ApiException.Unavailable(why, failure);
            case TOO_MANY_REQUESTS -> new ApiException.Throttled(why, failure);
            default ->
                    code >= SERVER_ERRORS
                            ? new ApiException.Unavailable(why, failure)
                            : new ApiException.Rejected(Rejection.INVALID, why, failure);
        };
    }

    /// Returns the message of the disruption budget that prevents an eviction; empty if the failure
    /// has another cause.
    ///
    /// The API server answers 429 both for a disruption budget and when it is overloaded (API
    /// Priority and Fairness). Only the former has a cause in the details of its status.
    static Optional<String> disruptionBudget(KubernetesClientException failure) {
        if (failure.getCode() != TOO_MANY_REQUESTS) return Optional.empty();
        return Optional.ofNullable(failure.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getCauses)
                .stream()
                .flatMap(List::stream)
                .filter(it -> DISRUPTION_BUDGET.equals(it.getReason()))
                .findFirst()
                .map(it -> Objects.requireNonNullElse(it.getMessage(), ""));
    }

    /// Returns whether the API server rejected this change of this object, as
    /// [ApiException.Rejected].
    public static boolean isRejection(KubernetesClientException failure) {
        return of(failure, ApiClient.reason(failure)) instanceof ApiException.Rejected;
    }

    /// Returns whether the cluster's authorizer denied the request to the agent's account.
    public static boolean isMissingRight(KubernetesClientException failure) {
        return of(failure, ApiClient.reason(failure)) instanceof ApiException.MissingRight;
    }

    private static ApiException forbidden(String why, KubernetesClientException failure) {
        if (isAny(why, AUTHORIZER)) return new ApiException.MissingRight(why, failure);
        Rejection reason =
                isAny(why, QUOTA)
                        ? Rejection.QUOTA
                        : isAny(why, LIMIT_RANGE) ? Rejection.LIMIT_RANGE : Rejection.ADMISSION;
        return new ApiException.Rejected(reason, why, failure);
    }

    /// Returns whether the status names an object. It does not if the server lacks the resource.
    private static boolean namesObject(KubernetesClientException failure) {
        return Optional.ofNullable(failure.getStatus())
                .map(Status::getDetails)
                .map(it -> it.getName())
                .filter(it -> !it.isEmpty())
                .isPresent();
    }

    private static boolean isAny(String text, Pattern... forms) {
        for (Pattern each : forms) if (each.matcher(text).matches()) return true;
        return false;
    }
}
