package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Formats the events and actions of a VM that are worth a note, each as one clause.
public final class VmNoteFormatter {
    private VmNoteFormatter() {}

    /// Returns the note on an event; empty if it is not worth one.
    public static Optional<String> of(Event event) {
        return switch (event) {
            case Event.ResizeEnded(long _, ResizeOutcome.Partial(Resources size, var why)) ->
                    Optional.of(
                            "reached only " + size.text() + why.map(it -> ": " + it).orElse(""));
            case Event.ResizeEnded(long _, ResizeOutcome.Refused(Resources size, String why)) ->
                    Optional.of("stays at " + size.text() + ": " + why);
            case Event.ResizeEnded(long _, ResizeOutcome.Failed(ResizeFailure _, String why)) ->
                    Optional.of("was not resized: " + why);
            case Event.ResizeEnded(
                            long _,
                            ResizeOutcome.PerResource(
                                    Resources size,
                                    ResourceOutcome cpus,
                                    ResourceOutcome memory)) ->
                    Optional.of("reached " + size.text() + of("CPUs", cpus) + of("memory", memory));
            case Event.PermitRequestFailed(long _, String why) ->
                    Optional.of("permit request failed: " + why);
            case Event.MonitorFound _ -> Optional.of("its monitor connected");
            case Event.MonitorLost _ -> Optional.of("its monitor disconnected");
            case Event.UpscaleRequested(long _, Optional<Resources> min) ->
                    Optional.of(
                            "its monitor requested more"
                                    + min.map(it -> ", at least " + it.textOfParts()).orElse(""));
            case Event.DownscaleAgreed _ -> Optional.of("its monitor agreed to a shrink");
            case Event.DownscaleRefused(long _, long _, var _, String why) ->
                    Optional.of("its monitor refused a shrink: " + why);
            case Event.MonitorFailed(long _, long _, String why) ->
                    Optional.of("its monitor failed: " + why);
            case Event.OutOfMemory() -> Optional.of("its kernel's OOM killer ended a process");
            case Event.OomKilled(Optional<Bytes> limit, Moment _) ->
                    Optional.of(
                            "was killed because it ran out of memory"
                                    + limit.map(it -> ", with a limit of " + it).orElse(""));
            case Event.LimitsChanged(var limits) ->
                    Optional.of(
                            "has limits from "
                                    + limits.min().text()
                                    + " to "
                                    + limits.max().text()
                                    + " now");
            // Its note has the end by the wall clock, which the event does not know.
            case Event.HoldChanged _ -> Optional.empty();
            case Event.ResizeEnded _,
                    Event.UpscaleConfirmed _,
                    Event.MetricsRead _,
                    Event.SizeObserved _,
                    Event.PermitReceived _,
                    Event.TimerFired _ ->
                    Optional.empty();
        };
    }

    private static String of(String resource, ResourceOutcome outcome) {
        return switch (outcome) {
            case ResourceOutcome.Done() -> "";
            case ResourceOutcome.Pending(ResizeFailure _, String why) ->
                    "; %s is pending: %s".formatted(resource, why);
            case ResourceOutcome.InUse(String why) -> "; %s is in use: %s".formatted(resource, why);
            case ResourceOutcome.HeldByPageCache(String why) ->
                    "; page cache prevents a lower memory limit: " + why;
            case ResourceOutcome.Failed(ResizeFailure _, String why) ->
                    "; %s was not resized: %s".formatted(resource, why);
        };
    }

    /// Returns the note on an action; empty if it is not worth one.
    public static Optional<String> of(Action action) {
        return switch (action) {
            case Action.Resize(long _, Resources from, Resources to) ->
                    Optional.of("is resized from " + from.text() + " to " + to.text());
            case Action.RequestDownscale(long _, long _, Resources target) ->
                    Optional.of("asked its monitor to agree to " + target.text());
            case Action.RequestPermit(long _, Resources _, Resources wanted, Resources permit, _)
                    when !permit.covers(wanted) ->
                    Optional.of("requested a permit for " + wanted.text());
            case Action.RequestPermit _,
                    Action.NotifyMonitor _,
                    Action.ReadSize _,
                    Action.ReadMetrics _ ->
                    Optional.empty();
        };
    }
}
