package dev.elastigres.kubernetes.targets;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a container's status says of its state.
public final class ContainerStates {
    private static final String OOM_KILLED = "OOMKilled";
    private static final String BACK_OFF = "CrashLoopBackOff";

    private ContainerStates() {}

    public static boolean isRunning(ContainerStatus status) {
        ContainerState state = status.getState();
        return state != null && state.getRunning() != null && status.getContainerID() != null;
    }

    /// How its newest start that has ended was killed for want of memory; empty when it was not.
    ///
    /// The exit code of a kill, 137, does not tell: a liveness probe that fails ends in the same.
    public static Optional<ContainerStateTerminated> oomKill(ContainerStatus status) {
        return terminated(status.getState())
                .or(() -> terminated(status.getLastState()))
                .filter(it -> OOM_KILLED.equals(it.getReason()));
    }

    private static Optional<ContainerStateTerminated> terminated(@Nullable ContainerState state) {
        return Optional.ofNullable(state).map(ContainerState::getTerminated);
    }

    /// Whether it was killed for want of memory and waits to be started again. It can be resized
    /// meanwhile.
    public static boolean isDownAfterOomKill(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null || status.getContainerID() == null || oomKill(status).isEmpty())
            return false;
        ContainerStateWaiting waiting = state.getWaiting();
        return state.getTerminated() != null
                || (waiting != null && BACK_OFF.equals(waiting.getReason()));
    }
}
