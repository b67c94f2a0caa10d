package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.PendingAnswer.Upscale;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;

/// Decides when the cache of Postgres is fitted to memory.
final class CacheDecision {
    /// Delay before the cache grows after memory last arrived. Memory arrives in parts, and each
    /// change of a setting makes every session of Postgres reload its configuration.
    private static final Duration GROWTH_DELAY = Duration.ofSeconds(1);

    private CacheDecision() {}

    /// Requests a cache for `usable` memory.
    static void fit(Bytes usable, MonitorStepBuilder step) {
        CacheSizing cache = step.state().cache();
        step.set(cache.fittedTo(usable));
        // A newer cache request replaces the one that a pending upscale answer waits for.
        if (step.state().pending().isPresent()
                && step.state().pending().get() instanceof Upscale upscale)
            step.setPending(Optional.of(upscale.withUsable(usable)));
        if (cache.isManaged()) step.act(new FitCache(usable));
    }

    /// Fits threshold and cache to usable memory. The cache shrinks at once, and grows once all
    /// announced memory is present.
    static void followMemory(MonitorStepBuilder step) {
        ShortageDecision.followMemory(step);
        if (step.isDownscalePending()) return;
        CacheSizing cache = step.state().cache();
        Bytes wanted = step.forSettings();
        boolean complete =
                step.state().memory().announced().isPresent()
                        && wanted.equals(step.announcedUsable());
        if (wanted.isLessThan(cache.fitted())) fit(wanted, step);
        else if (!isGrowth(wanted, step)) step.set(cache.withRefit(Optional.empty()));
        else if (complete) fit(wanted, step);
        else step.set(cache.withRefit(Optional.of(step.now().plus(GROWTH_DELAY))));
    }

    /// Returns whether `wanted` counts as growth. Without an announcement, the kernel's total may
    /// differ by up to its reserve from the coming announcement.
    private static boolean isGrowth(Bytes wanted, MonitorStepBuilder step) {
        Bytes growth = wanted.minus(step.state().cache().fitted());
        return step.state().memory().announced().isPresent()
                ? !growth.equals(Bytes.ZERO)
                : step.rules().memory().reserve().isLessThan(growth);
    }

    static void refitWhenDue(MonitorStepBuilder step) {
        CacheSizing cache = step.state().cache();
        if (cache.refit().isEmpty() || step.now().isBefore(cache.refit().get())) return;
        step.set(cache.withRefit(Optional.empty()));
        if (!step.isDownscalePending()) fit(step.forSettings(), step);
    }
}
