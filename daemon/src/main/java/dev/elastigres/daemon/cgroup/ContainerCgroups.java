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

/// Finds the cgroup of a container in the host's tree, as kubelets and runtimes lay it out:
///
/// - `kubepods/burstable/pod<uid>/<id>`
/// - `cri-containerd-<id>.scope` below
///   `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice`, with `_` for each
///   `-` of the uid
///
/// and wherever a kubelet was told to have its tree (`--cgroup-root`). Only names that are made of
/// the container's are looked at. For any thread.
public final class ContainerCgroups {
    /// How far below the root the kubelet's tree may begin: those of a node within a container are
    /// some levels deep.
    private static final int DEPTH = 5;

    /// A host has some hundred slices; more than this is not a host's tree.
    private static final int MAX_FOLDERS = 5_000;

    private static final List<String> CLASSES = List.of("", "burstable", "besteffort");
    private static final String SLICE = ".slice";

    private final Path root;
    private volatile List<Path> trees = List.of();

    /// @param root of the host's cgroup v2 hierarchy
    public ContainerCgroups(Path root) {
        this.root = root;
    }

    /// The container's folder; empty when it is in none of the trees that are known.
    ///
    /// @param id of the container, without its runtime
    public Optional<Path> find(String podUid, String id) {
        for (Path tree : trees)
            for (Path pod : pods(tree, podUid))
                for (String name : names(id)) {
                    Path folder = pod.resolve(name);
                    if (isFolder(folder)) return Optional.of(folder);
                }
        return Optional.empty();
    }

    /// Looks anew where the trees of kubelets are: they come with the first pod.
    public void lookAround() {
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

    /// Of one service or one login: nothing of a kubelet's is below.
    private static boolean isLeaf(String name) {
        return name.endsWith(".service") || name.endsWith(".scope") || name.endsWith(".mount");
    }

    private static List<Path> folders(Path folder) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(folder, ContainerCgroups::isFolder)) {
            for (Path entry : entries) if (found.size() < MAX_FOLDERS) found.add(entry);
        } catch (IOException | DirectoryIteratorException _) {
            // It went away meanwhile, or is not ours to read.
        }
        return found;
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// Where the pod's folder would be, for each class of service.
    private static List<Path> pods(Path tree, String uid) {
        var places = new ArrayList<Path>();
        String name = tree.getFileName().toString();
        if (!name.endsWith(SLICE)) {
            for (String each : CLASSES) places.add(tree.resolve(each).resolve("pod" + uid));
            return places;
        }
        // The name of a slice begins with those of all above it.
        String prefix = name.substring(0, name.length() - SLICE.length());
        String pod = "-pod" + uid.replace('-', '_') + SLICE;
        for (String each : CLASSES) {
            String own = each.isEmpty() ? prefix : prefix + "-" + each;
            places.add((each.isEmpty() ? tree : tree.resolve(own + SLICE)).resolve(own + pod));
        }
        return places;
    }

    /// As containerd, CRI-O and cri-dockerd have them, for either driver.
    private static List<String> names(String id) {
        return List.of(
                id,
                "cri-containerd-" + id + ".scope",
                "crio-" + id + ".scope",
                "crio-" + id,
                "docker-" + id + ".scope");
    }
}
