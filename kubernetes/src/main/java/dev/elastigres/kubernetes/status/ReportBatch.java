package dev.elastigres.kubernetes.status;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.targets.PodName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides when the status of a node's plan is written, and with which reports. A pod that appears,
/// disappears or has a new size is written at once, but the plan at most once in each interval. A
/// new goal or state is written when it has been stable for an interval, because it may not last.
/// A status that the API server did not keep is written again with exponential backoff. A pure
/// state machine: the time is passed in.
final class ReportBatch {
    private final BatchTiming timing;

    /// When a report began to differ from the written one in its goal or state.
    private final Map<PodName, Moment> pending = new HashMap<>();

    private Optional<NodePlanStatus> applied = Optional.empty();
    private Optional<Moment> nextAt = Optional.empty();
    private Duration backoff = Duration.ZERO;

    /// Times of the batch.
    ///
    /// @param interval minimum interval between two writes; goals and states that last less are not
    ///     written
    /// @param unrest maximum delay of a write while the state of a pod keeps changing
    /// @param maxBackoff maximum backoff after a failure or after a status that was not kept
    record BatchTiming(Duration interval, Duration unrest, Duration maxBackoff) {
        static final BatchTiming DEFAULT =
                new BatchTiming(
                        Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(10));
    }

    /// The current report of a pod.
    ///
    /// @param changedAt when its goal or state last changed
    record CurrentReport(PodName pod, PodReport report, Moment changedAt) {}

    /// The next action.
    ///
    /// @param body status to write now; empty if nothing is to be written now
    /// @param after time after which to decide again; empty if only a change matters
    record BatchDecision(Optional<NodePlanStatus> body, Optional<Duration> after) {}

    ReportBatch(BatchTiming timing) {
        this.timing = timing;
    }

    /// Returns what to do.
    ///
    /// @param current the reports of all selected pods
    /// @param frame the status without its pods and the time of the report
    /// @param written the status in the API server, as far as known
    BatchDecision next(
            List<CurrentReport> current,
            NodePlanStatus frame,
            Optional<NodePlanStatus> written,
            Moment now) {
        Map<PodName, PodReport> before = byName(written);
        var reports = new TreeMap<String, PodReport>();
        var due = new ArrayList<Moment>();
        pending.keySet().removeIf(it -> !before.containsKey(it));
        for (CurrentReport each : current) {
            PodReport old = before.get(each.pod);
            Optional<Moment> at = stableAt(each, old, now);
            at.ifPresent(due::add);
            reports.put(each.pod.toString(), at.isPresent() && old != null ? old : each.report);
        }
        var body =
                new NodePlanStatus(
                        frame.observedGeneration(),
                        null,
                        frame.agentVersion(),
                        List.copyOf(reports.values()));
        if (isSame(body, written)) {
            // Without a failure or a lost write the next one needs no backoff.
            if (nextAt.isEmpty() || !now.isBefore(nextAt.get())) backoff = Duration.ZERO;
            return new BatchDecision(Optional.empty(), untilFirst(due.stream(), now));
        }
        // A status that was written and is not there: the watch has not reported it yet, or the API
        // server did not keep it.
        if (nextAt.isPresent() && now.isBefore(nextAt.get()))
            return new BatchDecision(Optional.empty(), Optional.of(nextAt.get().since(now)));
        return new BatchDecision(Optional.of(body), Optional.empty());
    }

    /// Returns when a report may be written; empty if it may be written now, or says the same as
    /// the written one.
    private Optional<Moment> stableAt(CurrentReport each, @Nullable PodReport old, Moment now) {
        if (old == null || !isSameSize(each.report, old) || each.report.equals(old)) {
            pending.remove(each.pod);
            return Optional.empty();
        }
        Moment since = pending.computeIfAbsent(each.pod, _ -> now);
        Moment stable = each.changedAt.plus(timing.interval);
        Moment latest = since.plus(timing.unrest);
        Moment at = stable.isBefore(latest) ? stable : latest;
        return now.isBefore(at) ? Optional.of(at) : Optional.empty();
    }

    private static Optional<Duration> untilFirst(Stream<Moment> due, Moment now) {
        return due.map(it -> it.since(now)).min(Duration::compareTo);
    }

    private static Map<PodName, PodReport> byName(Optional<NodePlanStatus> status) {
        var byName = new HashMap<PodName, PodReport>();
        for (PodReport each : status.map(NodePlanStatus::allPods).orElse(List.of()))
            byName.put(name(each), each);
        return byName;
    }

    static PodName name(PodReport report) {
        return new PodName(String.valueOf(report.namespace()), String.valueOf(report.name()));
    }

    private static boolean isSameSize(PodReport one, PodReport other) {
        return Objects.equals(one.uid(), other.uid())
                && Objects.equals(one.cpu(), other.cpu())
                && Objects.equals(one.memory(), other.memory());
    }

    /// Compares without the time of the report.
    private static boolean isSame(NodePlanStatus body, Optional<NodePlanStatus> written) {
        if (written.isEmpty()) return false;
        NodePlanStatus other = written.get();
        return Objects.equals(body.observedGeneration(), other.observedGeneration())
                && Objects.equals(body.agentVersion(), other.agentVersion())
                && body.allPods().equals(other.allPods());
    }

    void wrote(NodePlanStatus body, Moment now) {
        boolean isRepeated = applied.filter(it -> isSame(body, Optional.of(it))).isPresent();
        applied = Optional.of(body);
        backoff = isRepeated ? doubled() : timing.interval;
        nextAt = Optional.of(now.plus(backoff));
    }

    /// Records a failed write.
    void failed(Moment now) {
        backoff = doubled();
        nextAt = Optional.of(now.plus(backoff));
    }

    private Duration doubled() {
        Duration twice =
                backoff.isPositive() ? backoff.multipliedBy(2) : timing.interval.multipliedBy(2);
        return twice.compareTo(timing.maxBackoff) < 0 ? twice : timing.maxBackoff;
    }
}
