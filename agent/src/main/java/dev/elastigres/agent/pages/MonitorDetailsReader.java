package dev.elastigres.agent.pages;

import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.protocol.json.JsonException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Reads the status pages of monitors in the background, only of VMs that somebody looks at.
/// Thread-safe; no method blocks.
public final class MonitorDetailsReader {
    /// Minimum interval between two reads of one page.
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /// Time after which a page that nobody looks at is forgotten.
    private static final Duration FORGET_AFTER = Duration.ofMinutes(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Function<String, Optional<URI>> monitors;
    private final Map<String, PageReading> readings = new ConcurrentHashMap<>();

    /// @param begin when the last read began, in nanoseconds of the monotonic clock
    /// @param details its result; that of the one before until it ended
    private record PageReading(long begin, MonitorDetails details) {
        boolean isOlderThan(Duration age) {
            return System.nanoTime() - begin > age.toNanos();
        }
    }

    /// @param monitors returns the address of a VM's monitor, as `ws://HOST:PORT/monitor`; empty if
    ///     it has none
    public MonitorDetailsReader(Function<String, Optional<URI>> monitors) {
        this.monitors = monitors;
    }

    /// Returns what was read last, and reads again if that is some seconds old.
    ///
    /// @param vm name of the VM
    public MonitorDetails of(String vm) {
        readings.values().removeIf(it -> it.isOlderThan(FORGET_AFTER));
        PageReading last = readings.get(vm);
        if (last != null && !last.isOlderThan(INTERVAL)) return last.details;
        Optional<URI> page = monitors.apply(vm).flatMap(MonitorDetailsReader::page);
        if (page.isEmpty()) return MonitorDetails.NONE;
        MonitorDetails before = last == null ? MonitorDetails.NONE : last.details;
        var next = new PageReading(System.nanoTime(), before);
        boolean first =
                last == null
                        ? readings.putIfAbsent(vm, next) == null
                        : readings.replace(vm, last, next);
        if (first)
            Thread.ofVirtual()
                    .name("monitor-status")
                    .start(() -> readings.replace(vm, next, read(page.get(), next)));
        return before;
    }

    /// Returns the status page of a monitor; empty for one that serves the containers of a node,
    /// whose page is about all of them.
    private static Optional<URI> page(URI monitor) {
        return "/monitor".equals(monitor.getPath())
                ? Optional.of(
                        URI.create(
                                "http://"
                                        + monitor.getHost()
                                        + ":"
                                        + monitor.getPort()
                                        + "/status"))
                : Optional.empty();
    }

    private static PageReading read(URI page, PageReading begun) {
        return new PageReading(begun.begin, details(page));
    }

    private static MonitorDetails details(URI page) {
        try {
            return MonitorDetails.parse(MetricsReader.fetch(page, TIMEOUT));
        } catch (MetricsPageException e) {
            return MonitorDetails.unreadable(CauseChain.chain(e));
        } catch (JsonException e) {
            return MonitorDetails.unreadable(
                    page + " is not the status of a monitor: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return MonitorDetails.NONE;
        }
    }
}
