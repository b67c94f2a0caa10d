package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.CacheChanged;
import dev.elastigres.demo.DemoEvent.CrossingForeseen;
import dev.elastigres.demo.DemoEvent.DownscaleGranted;
import dev.elastigres.demo.DemoEvent.DownscaleRefused;
import dev.elastigres.demo.DemoEvent.LoadBegan;
import dev.elastigres.demo.DemoEvent.LoadEnded;
import dev.elastigres.demo.DemoEvent.LoadPeaked;
import dev.elastigres.demo.DemoEvent.MachineCreated;
import dev.elastigres.demo.DemoEvent.Resized;
import dev.elastigres.demo.DemoEvent.UpscaleRequested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects the values of the summary from events.
final class DemoStatistics {
    private final List<Duration> afterCrossing = new ArrayList<>();
    private final List<Bytes> sizes = new ArrayList<>();
    private final List<DemoSummary.RefusedDownscale> refused = new ArrayList<>();
    private final List<Bytes> granted = new ArrayList<>();

    private int requests;
    private Bytes highestUse = Bytes.ZERO;
    private boolean confirmed;
    private boolean full;
    private boolean unloaded;
    private Optional<Bytes> cache = Optional.empty();
    private Optional<Bytes> cacheBefore = Optional.empty();
    private Optional<Bytes> cacheAtPeak = Optional.empty();

    void add(DemoEvent event) {
        switch (event) {
            case MachineCreated made -> sizes.add(made.memory());
            case Resized(Bytes _, Bytes to, int _) -> sizes.add(to);
            case UpscaleRequested request -> {
                requests++;
                highestUse = highestUse.max(request.used());
                request.afterCrossing().ifPresent(afterCrossing::add);
            }
            case CrossingForeseen(Duration before) -> afterCrossing.add(before.negated());
            case DownscaleRefused(Bytes target, String reason) ->
                    refused.add(new DemoSummary.RefusedDownscale(target, reason));
            case DownscaleGranted(Bytes target, String _) -> granted.add(target);
            case CacheChanged(Bytes to) -> cache = Optional.of(to);
            case LoadBegan _ -> cacheBefore = cache;
            case LoadPeaked(Bytes used) -> {
                full = true;
                highestUse = highestUse.max(used);
            }
            case LoadEnded _ -> {
                unloaded = true;
                cacheAtPeak = cache;
            }
            case DemoEvent.Preparing _,
                    DemoEvent.PostgresStarted _,
                    DemoEvent.MonitorStarted _ -> {}
            case DemoEvent.HandshakeDone _, DemoEvent.Healthy _, DemoEvent.MemoryGrew _ -> {}
            case DemoEvent.Confirmed _ -> confirmed = true;
            case DemoEvent.DownscaleRequested _ -> {}
            case DemoEvent.KeptRunning _, DemoEvent.Failed _ -> {}
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

    /// Returns whether the machine has `size`, according to the last event about it.
    boolean machineHas(Bytes size) {
        return !sizes.isEmpty() && sizes.getLast().equals(size);
    }

    boolean isConfirmed() {
        return confirmed;
    }

    boolean hasCacheGrown() {
        return cacheBefore.isPresent()
                && cache.isPresent()
                && cacheBefore.get().isLessThan(cache.get());
    }

    boolean isCacheRestored() {
        return cache.equals(cacheBefore);
    }

    DemoSummary summary(Duration took) {
        return new DemoSummary(
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
