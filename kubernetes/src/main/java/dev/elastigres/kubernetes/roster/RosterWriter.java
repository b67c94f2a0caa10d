package dev.elastigres.kubernetes.roster;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.Troubles;
import dev.elastigres.kubernetes.targets.CacheKind;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.protocol.pods.Roster;
import dev.elastigres.protocol.pods.RosterCodec;
import dev.elastigres.protocol.pods.RosterException;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.pods.WatchedContainer.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tells the monitor of the node what to watch, in a file. One thread writes it, when it would be
/// another one.
public final class RosterWriter implements AutoCloseable {
    private static final String CLUSTER = "cnpg.io/cluster";
    private static final String WRITE = "write the monitor's roster";
    private static final String OWNER_ONLY = "rw-------";
    private static final String GROUP_TOO = "rw-r-----";
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final NodePods pods;
    private final Path file;
    private final Optional<Path> watchList;
    private final boolean changesNothing;
    private final Secrets secrets;
    private final PodNotice.Taker notices;
    private final Troubles troubles;
    private final Log log;
    private final Thread thread = Thread.ofVirtual().name("roster").unstarted(this::follow);
    private Optional<String> written = Optional.empty();

    /// Why a pod, by its uid, has no connection, as its users were told last.
    private Map<String, String> told = Map.of();

    /// @param watchList a second file, of the same containers without what is secret, where the
    ///     reclaimer reads one
    /// @param changesNothing whether no Postgres may be changed
    public RosterWriter(
            NodePods pods,
            Path file,
            Optional<Path> watchList,
            boolean changesNothing,
            Api api,
            PodNotice.Taker notices,
            Troubles troubles,
            Log log) {
        this.pods = pods;
        this.file = file;
        this.watchList = watchList;
        this.changesNothing = changesNothing;
        secrets = new Secrets(api, log);
        this.notices = notices;
        this.troubles = troubles;
        this.log = log;
    }

    public void start() {
        thread.start();
    }

    private void follow() {
        try {
            while (true) {
                long seen = pods.bell().count();
                Duration patience = Secrets.EVERY;
                try {
                    if (pods.unknown().isPresent() || !write()) patience = TRY_AGAIN;
                } catch (RuntimeException e) {
                    log.error("a bug in writing the roster", "cause", e);
                }
                pods.bell().await(seen, patience);
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    /// Whether the file says what it should.
    private boolean write() throws InterruptedException {
        try {
            List<WatchedContainer> containers = containers();
            String text = RosterCodec.encode(new Roster(containers));
            if (written.equals(Optional.of(text))) return true;
            replace(file, text, OWNER_ONLY);
            if (watchList.isPresent()) {
                List<WatchedContainer> plain =
                        containers.stream().map(WatchedContainer::withoutConnection).toList();
                replace(watchList.get(), RosterCodec.encode(new Roster(plain)), GROUP_TOO);
            }
            written = Optional.of(text);
            troubles.end(WRITE);
            return true;
        } catch (IOException e) {
            troubles.begin(WRITE, Causes.chain(e));
        } catch (RosterException | IllegalArgumentException e) {
            troubles.begin(WRITE, String.valueOf(e.getMessage()));
        }
        return false;
    }

    /// Whoever reads it sees all of it, and nobody else does.
    private static void replace(Path file, String text, String permissions) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) throw new IOException("no folder for " + file);
        var ownersOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
        Path fresh = Files.createTempFile(folder, ".roster-", "", ownersOnly);
        try {
            Files.writeString(fresh, text);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private List<WatchedContainer> containers() throws InterruptedException {
        var all = new ArrayList<WatchedContainer>();
        Set<Secrets.Where> used = new HashSet<>();
        Map<String, String> problems = new HashMap<>();
        for (Chosen chosen : pods.chosen().values()) {
            Optional<PodContainer> container =
                    pods.pod(chosen.pod())
                            .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                            .flatMap(it -> PodContainer.of(it, chosen.container()))
                            .filter(PodContainer::isRunning);
            if (container.isEmpty()) continue;
            all.add(watched(chosen, container.get(), used));
            problem(chosen, used).ifPresent(it -> problems.put(chosen.uid(), it));
            String problem = problems.get(chosen.uid());
            if (problem != null && !problem.equals(told.get(chosen.uid())))
                notices.take(chosen, new PodNotice.NoConnection(problem));
        }
        told = problems;
        secrets.keep(used);
        all.sort(Comparator.comparing(WatchedContainer::name));
        return all.size() <= Roster.MOST_CONTAINERS ? all : all.subList(0, Roster.MOST_CONTAINERS);
    }

    private WatchedContainer watched(Chosen chosen, PodContainer container, Set<Secrets.Where> used)
            throws InterruptedException {
        Cache cache = cache(chosen, container);
        Optional<String> postgres =
                cache == Cache.NONE ? Optional.empty() : connection(chosen, container, used);
        return new WatchedContainer(
                container.uid(),
                chosen.pod().namespace(),
                chosen.pod().name(),
                chosen.container(),
                container.id(),
                postgres.isPresent() ? cache : Cache.NONE,
                postgres);
    }

    private Optional<String> problem(Chosen chosen, Set<Secrets.Where> used) {
        return chosen.postgres()
                .map(it -> new Secrets.Where(chosen.pod().namespace(), it))
                .filter(used::contains)
                .flatMap(secrets::problem);
    }

    /// What only gets recommendations is not changed, and CloudNativePG has settings of its own.
    private Cache cache(Chosen chosen, PodContainer container) {
        if (changesNothing || chosen.mode() == Mode.RECOMMEND || chosen.postgres().isEmpty())
            return Cache.NONE;
        Map<String, String> labels = container.pod().getMetadata().getLabels();
        boolean managed = labels != null && labels.containsKey(CLUSTER);
        CacheKind kind = chosen.cache();
        return switch (kind) {
            case NONE -> Cache.NONE;
            case SETTINGS -> managed ? Cache.NONE : Cache.SETTINGS;
            case NEON -> Cache.NEON;
            case AUTO -> managed ? Cache.NEON : Cache.AUTO;
        };
    }

    private Optional<String> connection(
            Chosen chosen, PodContainer container, Set<Secrets.Where> used)
            throws InterruptedException {
        var where = new Secrets.Where(chosen.pod().namespace(), chosen.postgres().orElseThrow());
        used.add(where);
        String address = container.pod().getStatus().getPodIP();
        if (address == null || address.isEmpty()) return Optional.empty();
        Optional<String> text = secrets.read(where, new Moment(System.nanoTime()));
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
