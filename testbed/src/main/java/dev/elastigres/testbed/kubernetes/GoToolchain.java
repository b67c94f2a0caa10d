package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The `go` command of this machine.
record GoToolchain(Path program) {
    /// The minimum version for these programs.
    static final String MIN = "1.25";

    private static final Pattern VERSION =
            Pattern.compile("go version go1\\.(\\d+).*", Pattern.DOTALL);
    private static final List<Path> USUAL =
            List.of(Path.of("/usr/local/go/bin/go"), Path.of("/usr/lib/go/bin/go"));

    /// Returns the first `go` on the path or in the usual folders that is new enough.
    static GoToolchain find() throws ToolchainException {
        return find(System.getenv().getOrDefault("PATH", ""), USUAL);
    }

    /// @param path folders to search, in the format of PATH
    /// @param usual programs to try if the path has none
    static GoToolchain find(String path, List<Path> usual) throws ToolchainException {
        List<Path> candidates =
                Stream.concat(
                                Arrays.stream(path.split(File.pathSeparator, -1))
                                        .filter(it -> it.startsWith("/"))
                                        .map(it -> Path.of(it, "go")),
                                usual.stream())
                        .filter(Files::isExecutable)
                        .toList();
        Optional<Path> fit = candidates.stream().filter(it -> minor(it) >= min()).findFirst();
        if (fit.isPresent()) return new GoToolchain(fit.get());
        String found =
                candidates.isEmpty()
                        ? "found none"
                        : "found " + candidates.getFirst() + ", which is not";
        throw new ToolchainException(
                ("building Kubernetes needs Go %s or newer on the path, and %s: see https://go.dev/dl,"
                                + " or apt-get install -y golang-go where that is new enough")
                        .formatted(MIN, found));
    }

    private static int min() {
        return Integer.parseInt(MIN.substring(MIN.indexOf('.') + 1));
    }

    /// Returns the second number of the version; -1 if unknown.
    private static int minor(Path go) {
        try {
            String output =
                    ToolRunner.run("go version", Path.of("/"), List.of(go.toString(), "version"));
            var version = VERSION.matcher(output);
            return version.matches() ? Integer.parseInt(version.group(1)) : -1;
        } catch (TestbedException _) {
            return -1;
        }
    }
}
