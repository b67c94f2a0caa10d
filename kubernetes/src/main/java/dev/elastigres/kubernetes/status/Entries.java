package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.Why;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.node.Amounts;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.LeftAlone;
import dev.elastigres.kubernetes.targets.LeftAlone.Cause;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.PodName;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// What a status says of this node's pods. A reason has figures that never rest, so it is written
/// only together with another size, goal or state: what stands in the object is what was last said.
///
/// @param node that the agent is for
/// @param vms what the fleet knows of a pod
record Entries(String node, Function<PodName, Optional<VmView>> vms) {
    private static final int LONGEST = 480;

    /// The entry of a pod that an object is for.
    ///
    /// @param written what the object says of it
    /// @param patient whether the fleet may not have seen all pods yet
    Optional<Instance> of(
            PodName pod, Choices choices, Optional<Instance> written, boolean patient) {
        LeftAlone alone = choices.leftAlone().get(pod);
        if (alone != null) return Optional.of(kept(left(pod, alone.cause()), written));
        Chosen chosen = choices.chosen().get(pod);
        if (chosen == null) return Optional.empty();
        Optional<VmView> view = vms.apply(pod);
        if (view.isPresent())
            return Optional.of(kept(of(pod, view.get().state().why(), chosen.mode()), written));
        Optional<Instance> before = written.filter(this::isOwn);
        if (patient && before.isPresent()) return before;
        return Optional.of(
                entry(
                        pod,
                        Optional.empty(),
                        Optional.empty(),
                        PodState.STARTING,
                        "was not looked at yet"));
    }

    boolean isOwn(Instance instance) {
        return node.equals(instance.node());
    }

    private Instance left(PodName pod, Cause cause) {
        PodState state =
                switch (cause) {
                    case Cause.Conflict _ -> PodState.CONFLICT;
                    case Cause.Wrong _ -> PodState.INVALID;
                    case Cause.NoContainer _ -> PodState.NO_CONTAINER;
                    case Cause.NoLimits _ -> PodState.NO_LIMITS;
                    case Cause.GuaranteedPod _ -> PodState.GUARANTEED_POD;
                    case Cause.Restarts _ -> PodState.RESTARTS_ON_RESIZE;
                    case Cause.Starting _ -> PodState.STARTING;
                    case Cause.Ending() -> PodState.ENDING;
                };
        return entry(pod, Optional.empty(), Optional.empty(), state, cause.text());
    }

    private Instance of(PodName pod, Why why, Mode mode) {
        PodState state = PodState.of(why, mode);
        return entry(
                pod, Optional.of(why.has()), Optional.of(why.wanted()), state, text(why, state));
    }

    private static String text(Why why, PodState state) {
        String reason = why.reason().text();
        return switch (state) {
            case SETTLED, AT_MAXIMUM, OOM_KILLED, RECOMMENDED -> reason;
            // The time that is left would be wrong at once.
            case COOLING_DOWN -> "shrinks later, for the last time hurt; " + reason;
            default ->
                    why.obstacle() instanceof Obstacle.None
                            ? reason
                            : why.obstacle().text() + "; " + reason;
        };
    }

    private Instance entry(
            PodName pod,
            Optional<Resources> has,
            Optional<Resources> goal,
            PodState state,
            String why) {
        return new Instance(
                pod.name(),
                node,
                has.map(it -> Amounts.cpuText(it.vcpus())).orElse(Quantities.UNKNOWN),
                has.map(it -> Quantities.memory(it.memory())).orElse(Quantities.UNKNOWN),
                goal.map(it -> Amounts.cpuText(it.vcpus())).orElse(Quantities.UNKNOWN),
                goal.map(it -> Quantities.memory(it.memory())).orElse(Quantities.UNKNOWN),
                state.word(),
                bounded(why, LONGEST));
    }

    /// What was written, where it still says what `fresh` does.
    private Instance kept(Instance fresh, Optional<Instance> written) {
        if (written.isEmpty() || !isOwn(written.get())) return fresh;
        Instance before = written.get();
        if (!isSameSize(fresh, before)) return fresh;
        if (Objects.equals(fresh.state(), before.state())) {
            // Without a size there are no figures in it.
            return Quantities.UNKNOWN.equals(fresh.cpu()) ? fresh : before;
        }
        // Another try at what has failed is no news.
        boolean tries = PodState.of(fresh.state()).filter(PodState::isPassing).isPresent();
        boolean stays = PodState.of(before.state()).filter(PodState::stays).isPresent();
        return tries && stays ? before : fresh;
    }

    private static boolean isSameSize(Instance one, Instance other) {
        return Objects.equals(one.cpu(), other.cpu())
                && Objects.equals(one.memory(), other.memory())
                && Objects.equals(one.goalCpu(), other.goalCpu())
                && Objects.equals(one.goalMemory(), other.goalMemory());
    }

    static String bounded(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 3) + "...";
    }
}
