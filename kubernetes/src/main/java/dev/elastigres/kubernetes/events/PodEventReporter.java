package dev.elastigres.kubernetes.events;

import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.core.agent.Event;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.Optional;

/// Reports changes of pods as events: each new size, a refused shrink, and why a selected pod is
/// not scaled.
public final class PodEventReporter implements FleetListener {
    private final EventWriter events;
    private volatile PodSelection choices = PodSelection.NONE;

    public PodEventReporter(EventWriter events) {
        this.events = events;
    }

    /// Updates the selection. Must be called by one thread.
    public void chosen(PodSelection now) {
        PodSelection before = choices;
        choices = now;
        now.leftAlone()
                .forEach(
                        (pod, alone) -> {
                            if (!alone.equals(before.leftAlone().get(pod))) report(alone);
                        });
    }

    private void report(ExcludedPod alone) {
        Optional<EventReason> reason =
                switch (alone.cause()) {
                    case ExclusionCause.Conflict _, ExclusionCause.AutoscalerConflict _ ->
                            Optional.of(EventReason.CONFLICT);
                    case ExclusionCause.InvalidSettings _ -> Optional.of(EventReason.INVALID);
                    case ExclusionCause.NoContainer _,
                            ExclusionCause.NoLimits _,
                            ExclusionCause.GuaranteedPod _,
                            ExclusionCause.Restarts _ ->
                            Optional.of(EventReason.NOT_SCALABLE);
                    case ExclusionCause.Starting _, ExclusionCause.Terminating _ ->
                            Optional.empty();
                };
        reason.ifPresent(it -> events.report(alone.pod(), alone.uid(), it, alone.cause().text()));
    }

    @Override
    public void scaled(ScalingEvent scaled) {
        find(scaled.vm())
                .ifPresent(
                        it ->
                                events.report(
                                        it.pod(),
                                        it.uid(),
                                        EventReason.RESIZED,
                                        "has %s, no longer %s: %s"
                                                .formatted(
                                                        scaled.to().text(),
                                                        scaled.from().text(),
                                                        scaled.why())));
    }

    @Override
    public void happened(String vm, Event event) {
        if (event instanceof Event.DownscaleRefused refused)
            find(vm).ifPresent(
                            it ->
                                    events.report(
                                            it.pod(),
                                            it.uid(),
                                            EventReason.REFUSED,
                                            "its monitor refused a shrink: " + refused.why()));
    }

    private Optional<ScaledPod> find(String vm) {
        return PodName.parse(vm).flatMap(it -> Optional.ofNullable(choices.chosen().get(it)));
    }
}
