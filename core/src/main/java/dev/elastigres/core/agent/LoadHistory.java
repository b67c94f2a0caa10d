package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// The load averages of a VM's last metrics without the work of its resizes. They decide where the
/// kernel does not count CPU pressure.
///
/// A load average is an exponential mean, so a resize adds a part that decays with the time
/// constant of the average long after the resize has ended. That part is the rise of the average
/// during the resize. It is subtracted as it decays: load that began during the resize counts as if
/// it had begun at its end.
///
/// @param load1 the load average over one minute without the work of resizes
/// @param load5 the same over five minutes
/// @param work1 what was subtracted for `load1`
/// @param work5 what was subtracted for `load5`
/// @param at when the page of these metrics was requested
public record LoadHistory(double load1, double load5, double work1, double work5, Moment at) {
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private static LoadHistory first(HostMetrics host, Moment at) {
        return new LoadHistory(host.load1(), host.load5(), 0, 0, at);
    }

    /// Returns the loads of newer metrics.
    ///
    /// @param before the loads of the metrics before; empty for the first ones
    /// @param at when the page of the metrics was requested
    /// @param resize the last resize
    /// @param staleAfter maximum age of loads that count as those before a resize
    static LoadHistory read(
            Optional<LoadHistory> before,
            HostMetrics host,
            Moment at,
            Optional<ResizeSpan> resize,
            Duration staleAfter) {
        if (before.isEmpty()) return first(host, at);
        return resize.filter(it -> before.get().isBefore(it, staleAfter))
                .map(it -> before.get().after(it, host, at))
                .orElseGet(() -> before.get().next(host, at));
    }

    /// Returns whether these are the last loads before a resize that has ended.
    private boolean isBefore(ResizeSpan resize, Duration staleAfter) {
        return !resize.open()
                && at.isBefore(resize.ended())
                && resize.began().since(at).compareTo(staleAfter) < 0;
    }

    /// Returns the first loads after a resize. The average rose during the resize and since its
    /// end, and each part is as large as a constant number of tasks in both would make it.
    private LoadHistory after(ResizeSpan resize, HostMetrics host, Moment newer) {
        Moment began = resize.began().isBefore(at) ? at : resize.began();
        Duration whole = newer.since(began);
        Duration since = newer.since(resize.ended());
        LoadHistory next = next(host, newer);
        double rise1 = Math.max(0, next.load1 - load1) * share(whole, since, ONE_MINUTE);
        double rise5 = Math.max(0, next.load5 - load5) * share(whole, since, FIVE_MINUTES);
        return new LoadHistory(
                next.load1 - rise1,
                next.load5 - rise5,
                next.work1 + rise1,
                next.work5 + rise5,
                newer);
    }

    /// Returns the share of a rise over the time `whole` that comes from before its last part,
    /// `since`.
    private static double share(Duration whole, Duration since, Duration constant) {
        double all = 1 - decay(whole, constant);
        return all > 0
                ? Math.clamp((decay(since, constant) - decay(whole, constant)) / all, 0.0, 1.0)
                : 0;
    }

    private LoadHistory next(HostMetrics host, Moment newer) {
        Duration passed = newer.since(at);
        double left1 = Math.min(host.load1(), work1 * decay(passed, ONE_MINUTE));
        double left5 = Math.min(host.load5(), work5 * decay(passed, FIVE_MINUTES));
        return new LoadHistory(host.load1() - left1, host.load5() - left5, left1, left5, newer);
    }

    private static double decay(Duration passed, Duration constant) {
        return Math.exp(-(double) passed.toNanos() / constant.toNanos());
    }

    /// Returns `host` with these load averages.
    HostMetrics in(HostMetrics host) {
        return host.withLoads(load1, load5);
    }
}
