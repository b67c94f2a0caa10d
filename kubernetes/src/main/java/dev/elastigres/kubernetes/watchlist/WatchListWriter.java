package dev.elastigres.kubernetes.watchlist;

import dev.elastigres.daemon.file.FileReplacement;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.targets.CacheKind;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchListException;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.pods.WatchedContainer.CacheMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes the file that lists the containers for the node's monitor. One thread writes it, whenever
/// its content changes.
public final class WatchListWriter implements AutoCloseable {
    private static final String CLUSTER = "cnpg.io/cluster";
    private static final String WRITE = "write the monitor's watch list";
    private static final String GROUP_TOO = "rw-r-----";
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final NodePods pods;
    private final Path file;
    private final Optional<Path> watchList;
    private final boolean changesNothing;
    private final ConnectionSecrets secrets;
    private final PodNotice.PodNoticeListener notices;
    private final ActiveProblems problems;
    private final Log log;
    private final Thread thread = Thread.ofVirtual().name("watch-list").unstarted(this::run);
    private Optional<String> written = Optional.empty();

    /// Why pods have no connection, by the pod's uid, as last reported to their users.
    private Map<String, String> reported = Map.of();

    /// @param watchList a second file for the reclaimer, with the same containers but without
    ///     secrets; empty if there is no reclaimer
    /// @param changesNothing whether changes of Postgres are suppressed
    public WatchListWriter(
            NodePods pods,
            Path file,
            Optional<Path> watchList,
            boolean changesNothing,
            ApiClient api,
            PodNotice.PodNoticeListener notices,
            ActiveProblems problems,
            Log log) {
        this.pods = pods;
        this.file = file;
        this.watchList = watchList;
        this.changesNothing = changesNothing;
        secrets = new ConnectionSecrets(api, log);
        this.notices = notices;
        this.problems = problems;
        this.log = log;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                long seen = pods.changeSignal().count();
                Duration timeout = ConnectionSecrets.REFRESH_INTERVAL;
                try {
                    if (pods.unknown().isPresent() || !write()) timeout = RETRY_INTERVAL;
                } catch (RuntimeException e) {
                    log.error("a bug in the watch list writer", "cause", e);
                }
                pods.changeSignal().await(seen, timeout);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    /// Writes the files if their content has changed. Returns whether they are up to date.
    private boolean write() throws InterruptedException {
        try {
            List<WatchedContainer> containers = containers();
            String text = WatchListCodec.encode(new WatchList(containers));
            if (written.equals(Optional.of(text))) return true;
            FileReplacement.replace(file, text);
            if (watchList.isPresent()) {
                List<WatchedContainer> plain =
                        containers.stream().map(WatchedContainer::withoutConnection).toList();
                FileReplacement.replace(
                        watchList.get(), WatchListCodec.encode(new WatchList(plain)), GROUP_TOO);
            }
            written = Optional.of(text);
            problems.end(WRITE);
            return true;
        } catch (IOException e) {
            problems.begin(WRITE, CauseChain.chain(e));
        } catch (WatchListException | IllegalArgumentException e) {
            problems.begin(WRITE, String.valueOf(e.getMessage()));
        }
        return false;
    }

    private List<WatchedContainer> containers() throws InterruptedException {
        var all = new ArrayList<WatchedContainer>();
        Set<ConnectionSecrets.SecretLocation> used = new HashSet<>();
        Map<String, String> problems = new HashMap<>();
        for (ScaledPod chosen : pods.chosen().values()) {
            Optional<PodContainer> container =
                    pods.pod(chosen.pod())
                            .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                            .flatMap(it -> PodContainer.of(it, chosen.container()))
                            .filter(PodContainer::isRunning);
            if (container.isEmpty()) continue;
            all.add(watched(chosen, container.get(), used));
            problem(chosen, used).ifPresent(it -> problems.put(chosen.uid(), it));
            String problem = problems.get(chosen.uid());
            if (problem != null && !problem.equals(reported.get(chosen.uid())))
                notices.take(chosen, new PodNotice.NoConnection(problem));
        }
        reported = problems;
        secrets.keep(used);
        all.sort(Comparator.comparing(WatchedContainer::name));
        return all.size() <= WatchList.MAX_CONTAINERS
                ? all
                : all.subList(0, WatchList.MAX_CONTAINERS);
    }

    private WatchedContainer watched(
            ScaledPod chosen, PodContainer container, Set<ConnectionSecrets.SecretLocation> used)
            throws InterruptedException {
        CacheMode cache = cache(chosen, container);
        Optional<String> postgres =
                cache == CacheMode.NONE ? Optional.empty() : connection(chosen, container, used);
        return new WatchedContainer(
                container.uid(),
                chosen.pod().namespace(),
                chosen.pod().name(),
                chosen.container(),
                container.id(),
                postgres.isPresent() ? cache : CacheMode.NONE,
                postgres);
    }

    private Optional<String> problem(ScaledPod chosen, Set<ConnectionSecrets.SecretLocation> used) {
        return chosen.postgres()
                .map(it -> new ConnectionSecrets.SecretLocation(chosen.pod().namespace(), it))
                .filter(used::contains)
                .flatMap(secrets::problem);
    }

    /// Returns the cache mode of the container. Postgres is not changed for a pod that only gets
    /// recommendations, and settings are not changed for CloudNativePG, whose operator owns them.
    private CacheMode cache(ScaledPod chosen, PodContainer container) {
        if (changesNothing || chosen.mode() == ScalingMode.RECOMMEND || chosen.postgres().isEmpty())
            return CacheMode.NONE;
        Map<String, String> labels = container.pod().getMetadata().getLabels();
        boolean managed = labels != null && labels.containsKey(CLUSTER);
        CacheKind kind = chosen.cache();
        return switch (kind) {
            case NONE -> CacheMode.NONE;
            case SETTINGS -> managed ? CacheMode.NONE : CacheMode.SETTINGS;
            case NEON -> CacheMode.NEON;
            case AUTO -> managed ? CacheMode.NEON : CacheMode.AUTO;
        };
    }

    private Optional<String> connection(
            ScaledPod chosen, PodContainer container, Set<ConnectionSecrets.SecretLocation> used)
            throws InterruptedException {
        var where =
                new ConnectionSecrets.SecretLocation(
                        chosen.pod().namespace(), chosen.postgres().orElseThrow());
        used.add(where);
        String address = container.pod().getStatus().getPodIP();
        if (address == null || address.isEmpty()) return Optional.empty();
        Optional<String> text = secrets.read(where, MonotonicClock.now());
        if (text.isEmpty()) return text;
        try {
            String connection = PodConnection.to(text.get(), address);
            secrets.isRight(where);
            return Optional.of(connection);
        } catch (IllegalArgumentException e) {
            secrets.isWrong(where, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
