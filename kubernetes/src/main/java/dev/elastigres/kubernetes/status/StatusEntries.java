package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Computes the reports of this node's pods. A reason contains figures that change all the time. It
/// is therefore written only together with a new size, goal or state, and the plan shows the reason
/// at the last of these changes.
///
/// @param vms returns the fleet's state of a pod
record StatusEntries(Function<PodName, Optional<VmStatus>> vms) {
    private static final int MAX_LENGTH = 480;

    /// Returns the report of a selected pod; empty if the pod is not selected.
    ///
    /// @param written the pod's report in the plan
    /// @param isStarting whether the fleet may not have seen all pods yet
    Optional<PodReport> of(
            PodName pod, PodSelection choices, Optional<PodReport> written, boolean isStarting) {
        ExcludedPod alone = choices.leftAlone().get(pod);
        if (alone != null) return Optional.of(kept(left(pod, alone.uid(), alone.cause()), written));
        ScaledPod chosen = choices.chosen().get(pod);
        if (chosen == null) return Optional.empty();
        String uid = chosen.uid();
        Optional<VmStatus> view = vms.apply(pod);
        if (view.isPresent())
            return Optional.of(
                    kept(of(pod, uid, view.get().state().why(), chosen.mode()), written));
        Optional<PodReport> before = written.filter(it -> uid.equals(it.uid()));
        if (isStarting && before.isPresent()) return before;
        return Optional.of(
                entry(
                        pod,
                        uid,
                        Optional.empty(),
                        Optional.empty(),
                        PodState.STARTING,
                        "was not checked yet"));
    }

    private PodReport left(PodName pod, String uid, ExclusionCause cause) {
        PodState state =
                switch (cause) {
                    case ExclusionCause.Conflict _ -> PodState.CONFLICT;
                    case ExclusionCause.AutoscalerConflict _ -> PodState.OTHER_AUTOSCALER;
                    case ExclusionCause.InvalidSettings _ -> PodState.INVALID;
                    case ExclusionCause.NoContainer _ -> PodState.NO_CONTAINER;
                    case ExclusionCause.NoLimits _ -> PodState.NO_LIMITS;
                    case ExclusionCause.GuaranteedPod _ -> PodState.GUARANTEED_POD;
                    case ExclusionCause.Restarts _ -> PodState.RESTARTS_ON_RESIZE;
                    case ExclusionCause.Starting _ -> PodState.STARTING;
                    case ExclusionCause.Terminating() -> PodState.TERMINATING;
                };
        return entry(pod, uid, Optional.empty(), Optional.empty(), state, cause.text());
    }

    private PodReport of(PodName pod, String uid, SizeExplanation why, ScalingMode mode) {
        PodState state = PodState.of(why, mode);
        return entry(
                pod,
                uid,
                Optional.of(why.current()),
                Optional.of(why.wanted()),
                state,
                text(why, state));
    }

    private static String text(SizeExplanation why, PodState state) {
        String reason = why.reason().text();
        return switch (state) {
            case SETTLED, AT_MAXIMUM, OOM_KILLED, RECOMMENDED -> reason;
            // The remaining time is left out, because it would be outdated at once.
            case COOLING_DOWN -> "shrinks later, because the last shrink hurt; " + reason;
            default ->
                    why.obstacle() instanceof Obstacle.None
                            ? reason
                            : why.obstacle().text() + "; " + reason;
        };
    }

    private PodReport entry(
            PodName pod,
            String uid,
            Optional<Resources> current,
            Optional<Resources> goal,
            PodState state,
            String why) {
        return new PodReport(
                pod.namespace(),
                pod.name(),
                uid,
                current.map(it -> ResourceAmounts.cpuText(it.vcpus()))
                        .orElse(QuantityFormat.UNKNOWN),
                current.map(it -> QuantityFormat.memory(it.memory()))
                        .orElse(QuantityFormat.UNKNOWN),
                goal.map(it -> ResourceAmounts.cpuText(it.vcpus())).orElse(QuantityFormat.UNKNOWN),
                goal.map(it -> QuantityFormat.memory(it.memory())).orElse(QuantityFormat.UNKNOWN),
                state.word(),
                bounded(why, MAX_LENGTH));
    }

    /// Returns the written entry if it says the same as `fresh`, otherwise `fresh`.
    private PodReport kept(PodReport fresh, Optional<PodReport> written) {
        if (written.isEmpty() || !Objects.equals(fresh.uid(), written.get().uid())) return fresh;
        PodReport before = written.get();
        if (!isSameSize(fresh, before)) return fresh;
        if (Objects.equals(fresh.state(), before.state())) {
            // The reason of an entry without a size contains no figures.
            return QuantityFormat.UNKNOWN.equals(fresh.cpu()) ? fresh : before;
        }
        // A retry after a failure is not reported.
        boolean tries = PodState.of(fresh.state()).filter(PodState::isPassing).isPresent();
        boolean stays = PodState.of(before.state()).filter(PodState::stays).isPresent();
        return tries && stays ? before : fresh;
    }

    private static boolean isSameSize(PodReport one, PodReport other) {
        return Objects.equals(one.cpu(), other.cpu())
                && Objects.equals(one.memory(), other.memory())
                && Objects.equals(one.goalCpu(), other.goalCpu())
                && Objects.equals(one.goalMemory(), other.goalMemory());
    }

    static String bounded(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength - 3) + "...";
    }
}
