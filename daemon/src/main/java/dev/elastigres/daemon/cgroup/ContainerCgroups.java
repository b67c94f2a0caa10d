package dev.elastigres.daemon.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the cgroup of a container in the host's tree. Kubelets and runtimes use these paths:
///
/// - `kubepods/burstable/pod<uid>/<id>`
/// - `cri-containerd-<id>.scope` below
///   `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice`, with `_` for each
///   `-` of the uid
///
/// The kubelet's tree may begin at any cgroup (`--cgroup-root`). Only names that are derived from
/// the container's ids are looked up. Thread-safe.
public final class ContainerCgroups {
    /// Maximum depth below the root at which a kubelet's tree may begin. That of a node inside a
    /// container is several levels deep.
    private static final int DEPTH = 5;

    /// Maximum number of directories searched. A host has a few hundred slices.
    private static final int MAX_FOLDERS = 5_000;

    private static final List<String> CLASSES = List.of("", "burstable", "besteffort");
    private static final String SLICE = ".slice";

    private final Path root;
    private volatile List<Path> trees = List.of();

    /// Creates a finder. Call [#searchAgain] before [#find].
    ///
    /// @param root root of the host's cgroup v2 hierarchy
    public ContainerCgroups(Path root) {
        this.root = root;
    }

    /// Returns the container's cgroup directory; empty if it is in none of the known trees.
    ///
    /// @param podUid uid of the pod
    /// @param id id of the container, without the prefix of its runtime
    public Optional<Path> find(String podUid, String id) {
        for (Path tree : trees)
            for (Path pod : pods(tree, podUid))
                for (String name : names(id)) {
                    Path folder = pod.resolve(name);
                    if (isFolder(folder)) return Optional.of(folder);
                }
        return Optional.empty();
    }

    /// Searches the trees of kubelets again. A tree is created with the first pod.
    public void searchAgain() {
        var found = new ArrayList<Path>();
        var open = new ArrayDeque<CgroupLocation>();
        open.add(new CgroupLocation(root, 0));
        int folders = 0;
        while (!open.isEmpty() && folders < MAX_FOLDERS) {
            CgroupLocation place = open.poll();
            for (Path folder : folders(place.path)) {
                if (++folders > MAX_FOLDERS) break;
                String name = folder.getFileName().toString();
                if (isTree(name)) found.add(folder);
                else if (place.depth + 1 < DEPTH && !isLeaf(name))
                    open.add(new CgroupLocation(folder, place.depth + 1));
            }
        }
        trees = List.copyOf(found);
    }

    private record CgroupLocation(Path path, int depth) {}

    private static boolean isTree(String name) {
        return name.equals("kubepods")
                || name.equals("kubepods" + SLICE)
                || name.endsWith("-kubepods" + SLICE);
    }

    /// Returns whether the cgroup is that of a service, a session or a mount, which contains no
    /// tree of a kubelet.
    private static boolean isLeaf(String name) {
        return name.endsWith(".service") || name.endsWith(".scope") || name.endsWith(".mount");
    }

    private static List<Path> folders(Path folder) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(folder, ContainerCgroups::isFolder)) {
            for (Path entry : entries) if (found.size() < MAX_FOLDERS) found.add(entry);
        } catch (IOException | DirectoryIteratorException _) {
            // The directory was removed meanwhile, or cannot be read.
        }
        return found;
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// Returns the possible directories of the pod, one for each QoS class.
    private static List<Path> pods(Path tree, String uid) {
        var places = new ArrayList<Path>();
        String name = tree.getFileName().toString();
        if (!name.endsWith(SLICE)) {
            for (String each : CLASSES) places.add(tree.resolve(each).resolve("pod" + uid));
            return places;
        }
        // The name of a slice begins with the names of its parents.
        String prefix = name.substring(0, name.length() - SLICE.length());
        String pod = "-pod" + uid.replace('-', '_') + SLICE;
        for (String each : CLASSES) {
            String own = each.isEmpty() ? prefix : prefix + "-" + each;
            places.add((each.isEmpty() ? tree : tree.resolve(own + SLICE)).resolve(own + pod));
        }
        return places;
    }

    /// Returns the names that containerd, CRI-O and cri-dockerd use, with either cgroup driver.
    private static List<String> names(String id) {
        return List.of(
                id,
                "cri-containerd-" + id + ".scope",
                "crio-" + id + ".scope",
                "crio-" + id,
                "docker-" + id + ".scope");
    }
}
