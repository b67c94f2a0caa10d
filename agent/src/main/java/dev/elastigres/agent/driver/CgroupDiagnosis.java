package dev.elastigres.agent.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Explains why the cgroups of this host cannot be resized.
public final class CgroupDiagnosis {
    public static final String HIERARCHY_REMEDY =
            "boot this host with systemd.unified_cgroup_hierarchy=1, or name a hierarchy by --path.cgroup";

    /// A file at the root of every v2 hierarchy; directories of version 1 do not have it.
    private static final String CONTROLLERS = "cgroup.controllers";

    private CgroupDiagnosis() {}

    /// Returns why `root` is not the root of a v2 hierarchy, as one clause; empty if it is.
    public static Optional<String> hierarchyProblem(Path root) {
        if (Files.exists(root.resolve(CONTROLLERS))) return Optional.empty();
        return Optional.of(
                Files.isDirectory(root)
                        ? root + " is not a cgroup v2 hierarchy"
                        : "there is no directory " + root);
    }

    /// Returns why the cgroup cannot be limited, with a remedy; empty if it can or does not exist.
    public static Optional<String> limitProblem(Path cgroup) {
        var files = new Cgroup(cgroup);
        return files.presence() == Cgroup.CgroupPresence.UNLIMITABLE
                ? Optional.of(files.cannotBeLimited())
                : Optional.empty();
    }
}
