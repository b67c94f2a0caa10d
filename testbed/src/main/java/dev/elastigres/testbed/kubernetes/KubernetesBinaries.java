package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The programs that a cluster is made of, of fixed versions, in the user's cache.
///
/// @param folder has a folder for each project and version
public record KubernetesBinaries(Path folder) {
    /// Why a test is left out where [#find()] finds nothing.
    public static final String NEEDED =
            "needs the Kubernetes binaries: ./elastigres lab kubernetes builds them";

    /// All of them, when they have been built before.
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

    /// For JUnit's `EnabledIf`, with [#NEEDED] as the reason.
    public static boolean areThere() {
        return find().isPresent();
    }

    /// All of them, built from source first when they are not there. A first build takes about ten
    /// minutes of two cores, and 4 GB below Go's own folders. Go's settings in the environment,
    /// such as that of a module proxy, hold.
    ///
    /// @param progress takes lines for a person who waits
    /// @throws ToolchainException when something has to be installed first
    public static KubernetesBinaries findOrBuild(Consumer<String> progress)
            throws TestbedException, ToolchainException {
        Path folder = cacheFolder(System.getenv());
        Optional<KubernetesBinaries> there = find(folder);
        if (there.isPresent()) return there.get();
        new KubernetesBinariesBuilder(folder, GoToolchain.find(), progress).build();
        return find(folder)
                .orElseThrow(() -> new TestbedException("not all was built in " + folder));
    }

    public Path of(ClusterProgram program) {
        return folder.resolve(GoProject.of(program).folder()).resolve(program.file());
    }

    /// The version of Kubernetes, such as `1.35.4`.
    public static String version() {
        return GoProject.KUBERNETES.version();
    }

    /// Relative paths are to be ignored, say the XDG rules.
    static Path cacheFolder(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path cache =
                xdg.startsWith("/")
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home", "/tmp"), ".cache");
        return cache.resolve("elastigres/kubernetes");
    }
}
