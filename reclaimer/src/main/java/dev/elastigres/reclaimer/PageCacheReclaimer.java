package dev.elastigres.reclaimer;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.cgroup.ContainerCgroups;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.protocol.pods.WatchListException;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.reclaim.ReclaimReply;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import dev.elastigres.reclaimer.ReclaimProgress.CgroupSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Frees page cache of containers of the watch list, and of no other cgroup but their pods'. For
/// one thread.
final class PageCacheReclaimer {
    /// Pause between two steps, in which pages that are read back at once show up in the usage.
    private static final Duration PAUSE = Duration.ofMillis(30);

    private static final Pattern NO_SWAP = Pattern.compile("(?m)^SwapTotal:\\s+0 kB$");

    private final ReclaimableContainers watchList;
    private final ContainerCgroups cgroups;
    private final Path meminfo;

    /// @param watchList containers that may be reclaimed from
    /// @param cgroupRoot root of the host's cgroup v2 hierarchy
    /// @param meminfo usually `/proc/meminfo`
    PageCacheReclaimer(ReclaimableContainers watchList, Path cgroupRoot, Path meminfo) {
        this.watchList = watchList;
        cgroups = new ContainerCgroups(cgroupRoot);
        this.meminfo = meminfo;
    }

    ReclaimReply reclaim(ReclaimRequest request) throws InterruptedException {
        try {
            Optional<WatchedContainer> container =
                    watchList.find(request.uid(), request.container());
            if (container.isEmpty()) return refused("this container is not on the watch list");
            Optional<Path> folder = folder(container.get());
            if (folder.isEmpty()) return refused("there is no cgroup of this container");
            Path parent = Objects.requireNonNull(folder.get().getParent(), "a cgroup has a parent");
            var cgroup =
                    new MemoryCgroup(
                            switch (request.scope()) {
                                case CONTAINER -> folder.get();
                                case POD -> parent;
                            });
            return reclaim(cgroup, request);
        } catch (WatchListException e) {
            return refused("the watch list " + e.getMessage());
        } catch (IOException e) {
            return refused(reason(e));
        }
    }

    private Optional<Path> folder(WatchedContainer container) {
        Optional<Path> found = cgroups.find(container.uid(), container.id());
        if (found.isPresent()) return found;
        cgroups.searchAgain();
        return cgroups.find(container.uid(), container.id());
    }

    private ReclaimReply reclaim(MemoryCgroup cgroup, ReclaimRequest request)
            throws IOException, InterruptedException {
        if (!cgroup.canReclaim())
            return refused("this kernel has no memory.reclaim, which requires Linux 5.19");
        boolean withoutSwap = cgroup.maySwap() && hostHasSwap();
        CgroupSample first = sample(cgroup);
        var progress =
                new ReclaimProgress(
                        request.bytes(), request.floor(), first.at().plus(request.within()), first);
        CgroupSample last = first;
        while (progress.ending().isEmpty()) {
            try {
                cgroup.reclaim(progress.next(), withoutSwap);
            } catch (IOException e) {
                if (!withoutSwap) throw e;
                return refused(
                        "the node has swap, and its kernel cannot reclaim page cache only: "
                                + reason(e));
            }
            Thread.sleep(PAUSE);
            last = sample(cgroup);
            progress.seen(last);
        }
        ReclaimEnd ending = progress.ending().get();
        return new ReclaimReply(first.usage().minus(last.usage()), ending, text(ending));
    }

    private boolean hostHasSwap() throws IOException {
        return !NO_SWAP.matcher(Files.readString(meminfo)).find();
    }

    private static CgroupSample sample(MemoryCgroup cgroup) throws IOException {
        return new CgroupSample(MonotonicClock.now(), cgroup.usage(), cgroup.stalled());
    }

    private static String text(ReclaimEnd ending) {
        return switch (ending) {
            case DONE -> "reclaimed as requested";
            case NOTHING_LEFT -> "the kernel cannot reclaim more";
            case PRESSURE -> "its processes began to wait for memory";
            case TIMEOUT -> "the timeout expired";
            case REFUSED -> "";
        };
    }

    private static ReclaimReply refused(String why) {
        return new ReclaimReply(Bytes.ZERO, ReclaimEnd.REFUSED, why);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
