package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// A folder that imitates the cgroup tree of a node. Each container of the node has a cgroup with
/// low usage and the limits of its pod.
final class SimulatedCgroups implements AutoCloseable {
    private static final long ANONYMOUS = 300L << 20;
    private static final String STALL =
            """
            some avg10=0.00 avg60=0.00 avg300=0.00 total=0
            full avg10=0.00 avg60=0.00 avg300=0.00 total=0
            """;
    private static final int PERIOD = 100_000;

    private final Path root;
    private final SharedIndexInformer<Pod> informer;
    private volatile Optional<Exception> failure = Optional.empty();

    private SimulatedCgroups(Path root, KubernetesClient client, int node) {
        this.root = root;
        informer =
                client.pods()
                        .inAnyNamespace()
                        .withField("spec.nodeName", KwokNodes.node(node))
                        .runnableInformer(0);
        informer.addEventHandler(new CgroupSync());
    }

    /// Creates the cgroups of the node's containers and keeps them up to date.
    ///
    /// @param root an empty folder
    static SimulatedCgroups start(Path root, KubernetesClient client, int node)
            throws HarnessException {
        var cgroups = new SimulatedCgroups(root, client, node);
        cgroups.informer.run();
        cgroups.check();
        return cgroups;
    }

    void check() throws HarnessException {
        if (failure.isPresent())
            throw new HarnessException("cannot create a fake cgroup", failure.get());
    }

    private final class CgroupSync implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            write(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            write(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean unseen) {
            try {
                FileTrees.delete(folder(pod.getMetadata().getUid()));
            } catch (IOException | UncheckedIOException e) {
                failure = Optional.of(e);
            }
        }
    }

    private Path folder(String uid) {
        return root.resolve("kubepods").resolve("pod" + uid);
    }

    private void write(Pod pod) {
        Optional<PodContainer> running =
                PodContainer.of(pod, "postgres").filter(PodContainer::isRunning);
        if (running.isEmpty()) return;
        try {
            write(running.get());
        } catch (IOException e) {
            failure = Optional.of(e);
        }
    }

    private void write(PodContainer container) throws IOException {
        Path pod = Files.createDirectories(folder(container.uid()));
        Path own = Files.createDirectories(pod.resolve(container.id()));
        for (Path each : new Path[] {pod, own}) {
            write(
                    each.resolve("memory.stat"),
                    """
                    anon %1$d
                    file 0
                    file_dirty 0
                    file_writeback 0
                    inactive_anon 0
                    active_anon %1$d
                    inactive_file 0
                    active_file 0
                    slab_reclaimable 0
                    slab_unreclaimable 0
                    """
                            .formatted(ANONYMOUS));
            write(each.resolve("memory.current"), ANONYMOUS + "\n");
            write(each.resolve("memory.events"), "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n");
            write(each.resolve("memory.pressure"), STALL);
            write(each.resolve("cpu.pressure"), STALL);
            write(each.resolve("cpu.stat"), "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
            var limits = container.actual();
            String quota =
                    limits.limitedCpus()
                            .map(cpus -> Long.toString(Math.round(cpus * PERIOD)))
                            .orElse("max");
            write(each.resolve("cpu.max"), "%s %d\n".formatted(quota, PERIOD));
            String max =
                    limits.limitedMemory()
                            .map(memory -> Long.toString(memory.value()))
                            .orElse("max");
            write(each.resolve("memory.max"), max + "\n");
        }
    }

    /// Replaces a file atomically, as readers of the kernel's files never see a partial change.
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName());
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        informer.close();
    }
}
