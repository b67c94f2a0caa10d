package dev.elastigres.kubernetes.events;

import dev.elastigres.agent.worker.Onlooker;
import dev.elastigres.agent.worker.Scaled;
import dev.elastigres.core.agent.Event;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.LeftAlone;
import dev.elastigres.kubernetes.targets.LeftAlone.Cause;
import dev.elastigres.kubernetes.targets.PodName;
import java.util.Optional;

/// Tells pods what becomes of them: each new size, a refused shrink, and why one is left alone.
public final class PodTeller implements Onlooker {
    private final PodEvents events;
    private volatile Choices choices = Choices.NONE;

    public PodTeller(PodEvents events) {
        this.events = events;
    }

    /// What counts from now on. For one thread.
    public void chosen(Choices now) {
        Choices before = choices;
        choices = now;
        now.leftAlone()
                .forEach(
                        (pod, alone) -> {
                            if (!alone.equals(before.leftAlone().get(pod))) tell(alone);
                        });
    }

    private void tell(LeftAlone alone) {
        Optional<Reason> reason =
                switch (alone.cause()) {
                    case Cause.Conflict _ -> Optional.of(Reason.CONFLICT);
                    case Cause.Wrong _ -> Optional.of(Reason.INVALID);
                    case Cause.NoContainer _,
                            Cause.NoLimits _,
                            Cause.GuaranteedPod _,
                            Cause.Restarts _ ->
                            Optional.of(Reason.NOT_SCALABLE);
                    case Cause.Starting _, Cause.Ending _ -> Optional.empty();
                };
        reason.ifPresent(it -> events.tell(alone.pod(), alone.uid(), it, alone.cause().text()));
    }

    @Override
    public void scaled(Scaled scaled) {
        find(scaled.vm())
                .ifPresent(
                        it ->
                                events.tell(
                                        it.pod(),
                                        it.uid(),
                                        Reason.RESIZED,
                                        "has %s, no longer %s: %s"
                                                .formatted(
                                                        scaled.to().text(),
                                                        scaled.from().text(),
                                                        scaled.why())));
    }

    @Override
    public void happened(String vm, Event event) {
        if (event instanceof Event.Refused refused)
            find(vm).ifPresent(
                            it ->
                                    events.tell(
                                            it.pod(),
                                            it.uid(),
                                            Reason.REFUSED,
                                            "its monitor refused a shrink: " + refused.why()));
    }

    private Optional<Chosen> find(String vm) {
        return PodName.parse(vm).flatMap(it -> Optional.ofNullable(choices.chosen().get(it)));
    }
}
