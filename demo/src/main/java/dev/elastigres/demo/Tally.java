package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.Happening.CacheChanged;
import dev.elastigres.demo.Happening.CrossingForeseen;
import dev.elastigres.demo.Happening.DownscaleGranted;
import dev.elastigres.demo.Happening.DownscaleRefused;
import dev.elastigres.demo.Happening.LoadBegan;
import dev.elastigres.demo.Happening.LoadEnded;
import dev.elastigres.demo.Happening.LoadFull;
import dev.elastigres.demo.Happening.MachineMade;
import dev.elastigres.demo.Happening.Resized;
import dev.elastigres.demo.Happening.UpscaleRequested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Adds up what happened.
final class Tally {
    private final List<Duration> afterCrossing = new ArrayList<>();
    private final List<Bytes> sizes = new ArrayList<>();
    private final List<Summary.Refused> refused = new ArrayList<>();
    private final List<Bytes> granted = new ArrayList<>();

    private int requests;
    private Bytes highestUse = Bytes.ZERO;
    private boolean confirmed;
    private boolean full;
    private boolean unloaded;
    private Optional<Bytes> cache = Optional.empty();
    private Optional<Bytes> cacheBefore = Optional.empty();
    private Optional<Bytes> cacheAtPeak = Optional.empty();

    void add(Happening happening) {
        switch (happening) {
            case MachineMade made -> sizes.add(made.memory());
            case Resized(Bytes _, Bytes to, int _) -> sizes.add(to);
            case UpscaleRequested request -> {
                requests++;
                highestUse = highestUse.max(request.used());
                request.afterCrossing().ifPresent(afterCrossing::add);
            }
            case CrossingForeseen(Duration before) -> afterCrossing.add(before.negated());
            case DownscaleRefused(Bytes target, String reason) ->
                    refused.add(new Summary.Refused(target, reason));
            case DownscaleGranted(Bytes target, String _) -> granted.add(target);
            case CacheChanged(Bytes to) -> cache = Optional.of(to);
            case LoadBegan _ -> cacheBefore = cache;
            case LoadFull(Bytes used) -> {
                full = true;
                highestUse = highestUse.max(used);
            }
            case LoadEnded _ -> {
                unloaded = true;
                cacheAtPeak = cache;
            }
            case Happening.Preparing _,
                    Happening.PostgresStarted _,
                    Happening.MonitorStarted _ -> {}
            case Happening.HandshakeDone _, Happening.Healthy _, Happening.MemoryGrew _ -> {}
            case Happening.Confirmed _ -> confirmed = true;
            case Happening.DownscaleRequested _ -> {}
            case Happening.Staying _, Happening.Broke _ -> {}
        }
    }

    boolean isFull() {
        return full;
    }

    boolean isUnloaded() {
        return unloaded;
    }

    boolean hasMeasuredRequest() {
        return !afterCrossing.isEmpty();
    }

    boolean hasRefusal() {
        return !refused.isEmpty();
    }

    /// Whether the machine has `size`, by the last that was told of it.
    boolean machineHas(Bytes size) {
        return !sizes.isEmpty() && sizes.getLast().equals(size);
    }

    boolean isConfirmed() {
        return confirmed;
    }

    boolean cacheHasFollowedUp() {
        return cacheBefore.isPresent()
                && cache.isPresent()
                && cacheBefore.get().isLessThan(cache.get());
    }

    boolean cacheIsBack() {
        return cache.equals(cacheBefore);
    }

    Summary summary(Duration took) {
        return new Summary(
                requests,
                afterCrossing,
                sizes,
                refused,
                granted,
                highestUse,
                cacheBefore,
                cacheAtPeak,
                cache,
                took);
    }
}
