package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The programs of a Kubernetes cluster, in fixed versions, in the user's cache.
///
/// @param folder contains a folder for each project and version
public record KubernetesBinaries(Path folder) {
    /// Reason for skipping a test if [#find()] finds nothing.
    public static final String NEEDED =
            "needs the Kubernetes binaries: ./elastigres lab kubernetes builds them";

    /// Returns the binaries; empty if they have not been built.
    public static Optional<KubernetesBinaries> find() {
        return find(cacheFolder(System.getenv()));
    }

    static Optional<KubernetesBinaries> find(Path folder) {
        var binaries = new KubernetesBinaries(folder);
        return Arrays.stream(ClusterProgram.values())
                        .map(binaries::of)
                        .allMatch(Files::isExecutable)
                ? Optional.of(binaries)
                : Optional.empty();
    }

    /// Returns whether the binaries exist, for JUnit's `EnabledIf` with [#NEEDED] as the reason.
    public static boolean areThere() {
        return find().isPresent();
    }

    /// Returns the binaries, and builds them from source first if they do not exist. The first
    /// build takes about ten minutes on two cores, and 4 GB in Go's own folders. Go's environment
    /// variables, such as that of a module proxy, apply.
    ///
    /// @param progress receives progress lines for users
    /// @throws ToolchainException if something must be installed first
    public static KubernetesBinaries findOrBuild(Consumer<String> progress)
            throws TestbedException, ToolchainException {
        Path folder = cacheFolder(System.getenv());
        Optional<KubernetesBinaries> there = find(folder);
        if (there.isPresent()) return there.get();
        new KubernetesBinariesBuilder(folder, GoToolchain.find(), progress).build();
        return find(folder)
                .orElseThrow(
                        () -> new TestbedException("some programs were not built in " + folder));
    }

    public Path of(ClusterProgram program) {
        return folder.resolve(GoProject.of(program).folder()).resolve(program.file());
    }

    /// Returns the version of Kubernetes, such as `1.35.4`.
    public static String version() {
        return GoProject.KUBERNETES.version();
    }

    /// Returns the cache folder. Relative paths are ignored, as the XDG specification requires.
    static Path cacheFolder(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path cache =
                xdg.startsWith("/")
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home", "/tmp"), ".cache");
        return cache.resolve("elastigres/kubernetes");
    }
}
