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

/// Which cgroups of this host are sized as VMs are.
///
/// @param root of the tree of cgroups, usually `/sys/fs/cgroup`
public record CgroupConfig(Path root, List<NamedCgroup> watched, List<CgroupPattern> matching) {
    /// The least step: 0.01 CPUs are the shortest quota that Linux takes, 1 ms of its usual period
    /// of 100 ms; 1 MiB is some whole pages on every architecture.
    public static final Resources GRAIN = new Resources(0.01, Bytes.ofMebibytes(1));

    /// In a pattern, any number of folders.
    private static final String ANY_DEPTH = "**";

    /// Deeper trees of cgroups than any that systemd or a container engine makes.
    private static final int DEEPEST = 12;

    private static final int MAX_FOLDERS = 20_000;

    /// Where that root is.
    public static final Setting<Path> ROOT =
            Setting.of("path.cgroup", SettingType.path(), "Root of the cgroup v2 hierarchy")
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
    /// @param cgroup its folder, absolute or below the root; it need not exist yet
    public record NamedCgroup(String name, Path cgroup, SizeBounds bounds, VmEndpoints endpoints) {
        public NamedCgroup {
            if (name.isEmpty()) throw new IllegalArgumentException("a cgroup without a name");
            check(bounds);
        }
    }

    /// All cgroups whose paths match. Each is called by its folder's own name.
    ///
    /// @param glob of folders below the root, step by step, such as
    ///     `system.slice/postgresql*.service`; the step `**` stands for any number of folders, none
    ///     included: `**/postgresql*.service`
    /// @param endpoints of each of them: with any address, one cgroup at a time should match
    public record CgroupPattern(String glob, SizeBounds bounds, VmEndpoints endpoints) {
        public CgroupPattern {
            for (String step : steps(glob)) {
                if (step.isEmpty() || step.equals(".") || step.equals(".."))
                    throw new IllegalArgumentException("not a pattern of cgroups: " + glob);
                // Throws when it is no glob.
                FileSystems.getDefault().getPathMatcher("glob:" + step);
            }
            check(bounds);
        }

        /// The folders that match now, in order.
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

        /// `folder` and all below it.
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
                // Others may go while they are looked at.
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
                    "the least size, %s, is above the largest, %s"
                            .formatted(bounds.min().text(), bounds.max().text()));
    }
}
