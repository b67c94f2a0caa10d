package dev.elastigres.kubernetes.targets;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Derives a container's state from its status.
public final class ContainerStates {
    private static final String OOM_KILLED = "OOMKilled";
    private static final String BACK_OFF = "CrashLoopBackOff";

    private ContainerStates() {}

    public static boolean isRunning(ContainerStatus status) {
        ContainerState state = status.getState();
        return state != null && state.getRunning() != null && status.getContainerID() != null;
    }

    /// Returns how the newest ended start of the container was OOM-killed; empty if it was not.
    ///
    /// The exit code 137 of a kill is not sufficient, because a failed liveness probe has the same
    /// one.
    public static Optional<ContainerStateTerminated> oomKill(ContainerStatus status) {
        return terminated(status.getState())
                .or(() -> terminated(status.getLastState()))
                .filter(it -> OOM_KILLED.equals(it.getReason()));
    }

    private static Optional<ContainerStateTerminated> terminated(@Nullable ContainerState state) {
        return Optional.ofNullable(state).map(ContainerState::getTerminated);
    }

    /// Returns whether the container was OOM-killed and waits for its restart. It can be resized in
    /// this state.
    public static boolean isDownAfterOomKill(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null || status.getContainerID() == null || oomKill(status).isEmpty())
            return false;
        ContainerStateWaiting waiting = state.getWaiting();
        return state.getTerminated() != null
                || (waiting != null && BACK_OFF.equals(waiting.getReason()));
    }
}
