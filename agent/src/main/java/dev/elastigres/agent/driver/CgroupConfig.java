package dev.elastigres.agent.driver;

import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/// Selects the cgroups of this host that are sized as VMs.
///
/// @param root of the cgroup hierarchy, usually `/sys/fs/cgroup`
public record CgroupConfig(Path root, List<NamedCgroup> watched, List<CgroupPattern> matching) {
    /// The smallest step of a size. 0.01 CPUs correspond to the shortest quota that Linux accepts,
    /// 1 ms of its default period of 100 ms. 1 MiB is a whole number of pages on every
    /// architecture.
    public static final Resources GRAIN = new Resources(0.01, Bytes.ofMebibytes(1));

    /// Matches any number of directories in a pattern.
    private static final String ANY_DEPTH = "**";

    /// Maximum depth of the search; systemd and container engines create shallower trees.
    private static final int DEEPEST = 12;

    private static final int MAX_FOLDERS = 20_000;

    /// The setting of the hierarchy's root.
    public static final Setting<Path> ROOT =
            Setting.of("path.cgroup", SettingType.path(), "Root of the cgroup v2 hierarchy")
                    .advice(
                            "Set it only where the hierarchy is mounted elsewhere, as"
                                    + " in a container that has the host's at another path. With"
                                    + " a wrong path no cgroup is found, or no new size of a pod"
                                    + " is seen to be in force.")
                    .placeholder("DIR")
                    .or("/sys/fs/cgroup");

    public CgroupConfig {
        watched = List.copyOf(watched);
        matching = List.copyOf(matching);
        Set<String> names = new HashSet<>();
        for (NamedCgroup each : watched)
            if (!names.add(each.name))
                throw new IllegalArgumentException("two cgroups are called " + each.name);
    }

    /// One cgroup by its path.
    ///
    /// @param cgroup its directory, absolute or relative to the root; it need not exist yet
    public record NamedCgroup(String name, Path cgroup, SizeBounds bounds, VmEndpoints endpoints) {
        public NamedCgroup {
            if (name.isEmpty()) throw new IllegalArgumentException("a cgroup without a name");
            check(bounds);
        }
    }

    /// All cgroups whose paths match a pattern. Each is named after its directory.
    ///
    /// @param glob of directories below the root, one per step, such as
    ///     `system.slice/postgresql*.service`; the step `**` matches any number of directories,
    ///     including none: `**/postgresql*.service`
    /// @param endpoints of each matching cgroup; with an address set, one cgroup at a time should
    ///     match
    public record CgroupPattern(String glob, SizeBounds bounds, VmEndpoints endpoints) {
        public CgroupPattern {
            for (String step : steps(glob)) {
                if (step.isEmpty() || step.equals(".") || step.equals(".."))
                    throw new IllegalArgumentException("not a pattern of cgroups: " + glob);
                try {
                    FileSystems.getDefault().getPathMatcher("glob:" + step);
                } catch (PatternSyntaxException e) {
                    throw new IllegalArgumentException(
                            "not a pattern of cgroups: %s: %s".formatted(glob, e.getDescription()),
                            e);
                }
            }
            check(bounds);
        }

        /// Returns the directories that match now, in order.
        List<Path> below(Path root) throws IOException {
            Set<Path> folders = new LinkedHashSet<>(List.of(root));
            for (String step : steps(glob)) {
                Set<Path> deeper = new LinkedHashSet<>();
                for (Path folder : folders) {
                    boolean mustExist = folder.equals(root);
                    if (step.equals(ANY_DEPTH)) addTree(deeper, folder, DEEPEST, mustExist);
                    else addChildren(deeper, folder, step, mustExist);
                }
                folders = deeper;
            }
            folders.remove(root);
            return folders.stream().sorted().toList();
        }

        /// Adds `folder` and all directories below it.
        private static void addTree(Set<Path> tree, Path folder, int depth, boolean mustExist)
                throws IOException {
            if (tree.size() >= MAX_FOLDERS)
                throw new IOException("there are more than " + MAX_FOLDERS + " of them");
            tree.add(folder);
            if (depth == 0) return;
            Set<Path> children = new LinkedHashSet<>();
            addChildren(children, folder, "*", mustExist);
            for (Path each : children) addTree(tree, each, depth - 1, false);
        }

        private static void addChildren(
                Set<Path> children, Path folder, String glob, boolean mustExist)
                throws IOException {
            try (var entries = Files.newDirectoryStream(folder, glob)) {
                for (Path entry : entries)
                    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) children.add(entry);
            } catch (NoSuchFileException | NotDirectoryException e) {
                // Other directories may be removed during the search.
                if (mustExist) throw e;
            } catch (DirectoryIteratorException e) {
                if (mustExist) throw e.getCause();
            }
        }

        private static String[] steps(String glob) {
            return glob.split("/", -1);
        }
    }

    private static void check(SizeBounds bounds) {
        if (!bounds.grain().covers(GRAIN) || !bounds.min().covers(GRAIN))
            throw new IllegalArgumentException(
                    "a cgroup is sized in steps of at least " + GRAIN.text());
        if (!bounds.max().covers(bounds.min()))
            throw new IllegalArgumentException(
                    "the minimum size, %s, is above the maximum size, %s"
                            .formatted(bounds.min().text(), bounds.max().text()));
    }
}
