package dev.elastigres.agent;

import dev.elastigres.agent.hold.HoldStore;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.protocol.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Executes the actions of operators. Each change is logged and recorded as an event of its VM,
/// with the operator and its end. Thread-safe.
///
/// @param fleet the VMs
/// @param holds the holds on the VMs
/// @param rules computes rules with other settings
/// @param events receives each change as an event with the VM's size before and after, which are
///     the same
record OperatorActions(
        FleetAccess fleet,
        HoldStore holds,
        RulesPreview rules,
        Consumer<ScalingEvent> events,
        Log log) {

    /// The VMs, as far as actions need them.
    interface FleetAccess {
        Optional<VmStatus> vm(String name);

        /// Makes the worker of a VM read its hold again.
        void holdChanged(String vm);

        /// Returns the decision about a VM with other rules; empty if the VM is unknown.
        Optional<SizeExplanation> preview(String vm, VmRules rules);

        static FleetAccess of(VmFleet fleet) {
            return new FleetAccess() {
                @Override
                public Optional<VmStatus> vm(String name) {
                    return fleet.view(name);
                }

                @Override
                public void holdChanged(String vm) {
                    fleet.holdChanged(vm);
                }

                @Override
                public Optional<SizeExplanation> preview(String vm, VmRules rules) {
                    return fleet.preview(vm, rules);
                }
            };
        }
    }

    /// Computes the rules of a VM with some of its settings replaced.
    @FunctionalInterface
    interface RulesPreview {
        VmRules with(String vm, Map<String, String> settings) throws UsageException;
    }

    /// Returns the response to an action.
    ///
    /// @param by the operator: the address of a peer
    Response run(OperatorAction action, String by) {
        Optional<VmStatus> vm = fleet.vm(action.vm());
        if (vm.isEmpty()) return Response.text(404, "there is no such VM, or its size is unknown");
        Instant now = Instant.now();
        return switch (action) {
            case OperatorAction.Pause pause -> place(vm.get(), VmHold.pause(pause.time(), now, by));
            case OperatorAction.Pin pin -> {
                Optional<String> refusal = refusal(vm.get(), pin.size());
                yield refusal.isPresent()
                        ? Response.text(409, refusal.get())
                        : place(vm.get(), VmHold.pin(pin.size(), pin.time(), now, by));
            }
            case OperatorAction.Resume _ -> resume(vm.get(), by);
            case OperatorAction.Preview preview -> preview(vm.get(), preview.settings());
        };
    }

    /// A pin outside the limits is refused, so that the VM gets what the operator asked for.
    private static Optional<String> refusal(VmStatus vm, Resources size) {
        SizeLimits limits = vm.state().limits();
        if (limits.max().covers(size) && size.covers(limits.min())) return Optional.empty();
        return Optional.of(
                "%s can have from %s to %s, and not %s"
                        .formatted(
                                vm.name(), limits.min().text(), limits.max().text(), size.text()));
    }

    private Response place(VmStatus vm, VmHold hold) {
        if (!holds.place(vm.name(), hold)) return Response.text(409, "there are too many holds");
        record(vm, hold.text(), hold.by());
        fleet.holdChanged(vm.name());
        return answer(vm.name(), Optional.of(hold), vm.name() + " " + hold.text());
    }

    private Response resume(VmStatus vm, String by) {
        if (holds.release(vm.name()).isEmpty())
            return answer(
                    vm.name(), Optional.empty(), vm.name() + " was neither paused nor pinned");
        String text = "was released by " + by;
        record(vm, text, by);
        fleet.holdChanged(vm.name());
        return answer(vm.name(), Optional.empty(), vm.name() + " " + text);
    }

    private void record(VmStatus vm, String what, String by) {
        log.info("operator's action", "vm", vm.name(), "what", what, "peer", by);
        Resources size = vm.state().current();
        events.accept(new ScalingEvent(Instant.now(), vm.name(), size, size, what));
    }

    private static Response answer(String vm, Optional<VmHold> hold, String what) {
        Json.Obj answer = Json.object().with("vm", vm).with("what", what);
        return Response.json(
                200,
                answer.with("hold", hold.<Json>map(AgentStatusPage::hold).orElseGet(Json.Null::new))
                        .compact());
    }

    private Response preview(VmStatus vm, Map<String, String> settings) {
        try {
            Optional<SizeExplanation> then =
                    fleet.preview(vm.name(), rules.with(vm.name(), settings));
            if (then.isEmpty()) return Response.text(404, "there is no such VM");
            SizeExplanation now = vm.state().why();
            return Response.json(
                    200,
                    Json.object()
                            .with("vm", vm.name())
                            .with("now", explanation(vm, now))
                            .with("then", explanation(vm, then.get()))
                            .compact());
        } catch (UsageException e) {
            return Response.text(400, String.join("; ", e.problems()));
        }
    }

    private static Json.Obj explanation(VmStatus vm, SizeExplanation why) {
        return Json.object()
                .with("wanted", AgentStatusPage.size(why.wanted()))
                .with("state", why.code())
                .with("why", vm.name() + " " + why.text());
    }
}
