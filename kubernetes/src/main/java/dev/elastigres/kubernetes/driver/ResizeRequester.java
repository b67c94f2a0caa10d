package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.PodRecord.UnconfirmedResize;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Changes the requests and limits of pods through the API server.
final class ResizeRequester {
    /// Time for which a request without an answer may still take effect.
    private static final Duration UNCONFIRMED_TIMEOUT = Duration.ofSeconds(30);

    /// Maximum number of attempts after conflicts. Some conflicts are normal, because the kubelet
    /// writes the pod's status during a resize.
    private static final int MAX_TRIES = 5;

    private final ApiClient api;
    private final PodRecords records;
    private final ResizeCounts counts;
    private final Supplier<Moment> clock;

    ResizeRequester(
            ApiClient api, PodRecords records, ResizeCounts counts, Supplier<Moment> clock) {
        this.api = api;
        this.records = records;
        this.counts = counts;
        this.clock = clock;
    }

    /// The API server's answer to a patch.
    sealed interface PatchResult {
        /// @param patched the container with the new requests and limits
        record PatchAccepted(PodContainer patched) implements PatchResult {}

        record PatchRejected(ResizeProgress.Rejected rejection) implements PatchResult {}
    }

    /// Patches the requests and limits of `pod`. Sends no request if the pod has them already.
    ///
    /// @param desired the new requests and limits
    /// @param size the size that `desired` represents
    PatchResult request(DiscoveredVm vm, TrackedPod pod, ContainerResources desired, Resources size)
            throws DriverException, InterruptedException {
        PodContainer container = pod.container();
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<String> patch = ResizePatch.of(container, desired);
            if (patch.isEmpty()) return new PatchResult.PatchAccepted(container);
            try {
                Pod after = api.resize(container.name(), patch.get());
                records.update(pod, it -> it.withUnconfirmed(Optional.empty()));
                return new PatchResult.PatchAccepted(
                        PodContainer.of(after, container.container().getName()).orElse(container));
            } catch (ApiException.Rejected e) {
                return new PatchResult.PatchRejected(rejected(e));
            } catch (ApiException e) {
                container = retryable(vm, pod.with(container), size, e);
            } catch (InterruptedException e) {
                setUnconfirmed(pod.with(container), size);
                throw e;
            }
        }
        countFailure();
        throw new DriverException.Failed(
                "%d attempts conflicted with other changes of the pod".formatted(MAX_TRIES));
    }

    /// Returns whether the cluster's rules admit `desired`. This is a dry run.
    boolean isAdmitted(PodContainer container, ContainerResources desired)
            throws InterruptedException {
        Optional<String> patch = ResizePatch.of(container, desired);
        if (patch.isEmpty()) return true;
        try {
            api.tryResize(container.name(), patch.get());
            return true;
        } catch (ApiException _) {
            // Any failure counts as a rejection, because a retry would cost a further request.
            return false;
        }
    }

    /// Returns the container to use in the next attempt.
    ///
    /// @throws DriverException if another attempt would fail, too
    private PodContainer retryable(
            DiscoveredVm vm, TrackedPod pod, Resources size, ApiException failure)
            throws DriverException, InterruptedException {
        if (failure instanceof ApiException.Conflict) return readLive(vm, pod.container());
        countFailure();
        if (failure instanceof ApiException.Unavailable) setUnconfirmed(pod, size);
        throw switch (failure) {
            case ApiException.NotFound _ -> new DriverException.Gone("there is no such pod");
            case ApiException.Unavailable _ ->
                    new DriverException.Unavailable(
                            "the API server did not answer: " + failure.getMessage());
            case ApiException.Throttled _ ->
                    new DriverException.Unavailable(
                            "the API server is too busy: " + failure.getMessage());
            case ApiException.MissingRight _ ->
                    failed("the agent's account lacks the right to patch pods/resize", failure);
            case ApiException.NotAuthenticated _, ApiException.Unsupported _ ->
                    failed("the API server refuses the request", failure);
            case ApiException.Rejected it -> failed(rejected(it).why(), failure);
            case ApiException.Conflict _ -> failed("the pod was changed meanwhile", failure);
        };
    }

    private static ResizeProgress.Rejected rejected(ApiException.Rejected e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case QUOTA ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.QUOTA, "a ResourceQuota does not allow it: " + message);
            case LIMIT_RANGE ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.LIMIT_RANGE,
                            "a LimitRange does not allow it: " + message);
            case ADMISSION ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.ADMISSION, "admission does not allow it: " + message);
            case INVALID ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.INVALID, "the API server finds it invalid: " + message);
        };
    }

    private void setUnconfirmed(TrackedPod pod, Resources size) {
        var resize =
                new UnconfirmedResize(
                        size,
                        pod.container().resourceVersion(),
                        clock.get().plus(UNCONFIRMED_TIMEOUT));
        records.update(pod, it -> it.withUnconfirmed(Optional.of(resize)));
    }

    private void countFailure() {
        for (PodResize.ResizePart part : PodResize.ResizePart.values())
            counts.count(part, ResizeResult.FAILED);
    }

    /// Reads the container from the API server, because the watch may be behind.
    private PodContainer readLive(DiscoveredVm vm, PodContainer stale)
            throws DriverException, InterruptedException {
        try {
            return api.pod(stale.name())
                    .flatMap(it -> PodContainer.of(it, stale.container().getName()))
                    .filter(it -> TrackedPod.isLifeOf(it, vm.life()))
                    .orElseThrow(TrackedPods::gone);
        } catch (ApiException e) {
            throw failed("cannot read the pod", e);
        }
    }

    private static DriverException.Failed failed(String what, ApiException e) {
        return new DriverException.Failed(what + ": " + e.getMessage());
    }
}
