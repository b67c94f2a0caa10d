package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Where the cgroups of containers are in the host's tree: by kubelets that make them themselves
/// and by those that let systemd, with containerd and with CRI-O, at the root and below a root of
/// the kubelet's own. For any thread.
final class CgroupTree {
    /// A root of the kubelet's own, its class of service, the pod, and a level for systemd's names.
    private static final int DEPTH = 6;

    /// Where no kubelet has pods.
    private static final Set<String> OTHERS = Set.of("system.slice", "user.slice", "init.scope");

    private static final int MOST_KNOWN = 1024;

    private final Path root;

    /// Those that were found, by the container's id.
    private final Map<String, Path> known = new ConcurrentHashMap<>();

    /// @param root usually `/sys/fs/cgroup`, or where the host's is mounted
    CgroupTree(Path root) {
        this.root = root;
    }

    /// Empty when there is none.
    Optional<Cgroup> of(String podUid, String containerId) throws IOException {
        Path before = known.get(containerId);
        if (before != null && isCgroup(before)) return Optional.of(new Cgroup(before));
        if (known.size() >= MOST_KNOWN) known.clear();
        Optional<Path> found = find(podUid, containerId);
        found.ifPresent(it -> known.put(containerId, it));
        return found.map(Cgroup::new);
    }

    private Optional<Path> find(String podUid, String id) throws IOException {
        Optional<Path> pod = findPod(podUid);
        if (pod.isEmpty()) return Optional.empty();
        for (String name :
                List.of(
                        id,
                        "cri-containerd-" + id + ".scope",
                        "crio-" + id + ".scope",
                        "crio-" + id,
                        "docker-" + id + ".scope")) {
            Path folder = pod.get().resolve(name);
            if (isCgroup(folder)) return Optional.of(folder);
        }
        return Optional.empty();
    }

    private Optional<Path> findPod(String uid) throws IOException {
        var search = new Search("pod" + uid, "-pod" + uid.replace('-', '_') + ".slice");
        Files.walkFileTree(root, Set.of(), DEPTH, search);
        return Optional.ofNullable(search.found);
    }

    private static boolean isCgroup(Path folder) {
        return Files.exists(folder.resolve("memory.max"))
                && Files.exists(folder.resolve("cpu.max"));
    }

    /// Goes where pods may be, and nowhere else.
    private static final class Search extends SimpleFileVisitor<Path> {
        private final String plain;
        private final String bySystemd;
        private @Nullable Path found;

        Search(String plain, String bySystemd) {
            this.plain = plain;
            this.bySystemd = bySystemd;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            if (name.equals(plain) || name.endsWith(bySystemd)) {
                found = folder;
                return FileVisitResult.TERMINATE;
            }
            boolean elsewhere =
                    name.startsWith("pod") || name.contains("-pod") || OTHERS.contains(name);
            return elsewhere ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        /// Others' cgroups may go while they are looked at.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }
}
