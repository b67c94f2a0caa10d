package dev.elastigres.cli.pack;

import dev.elastigres.vm.state.Folders;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes the monitor's packages.
@Command(
        name = "package",
        description = {
            "Pack the monitor with a Java runtime of its own: a Debian package, the same as a .tar.gz,"
                    + " and a list of what is in them (CycloneDX).",
            "",
            "Equal sources, JDK and SOURCE_DATE_EPOCH make equal packages, as long as the cache of"
                    + " classes, which is made anew for each of these, is kept.",
            ""
        })
public final class PackageCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "dist",
            description = "Where they are written (${DEFAULT-VALUE}).")
    private Path out = Path.of("dist");

    @Override
    public Integer call() throws InterruptedException {
        try {
            var environment = System.getenv();
            MonitorPackages.from(Folders.from(environment).cache(), environment)
                    .write(out)
                    .forEach(System.out::println);
            return 0;
        } catch (PackException e) {
            System.err.println("elastigres package: " + e.getMessage());
            return switch (e) {
                case PackException.Refused _ -> 2;
                case PackException.Failed _ -> 1;
            };
        }
    }
}
