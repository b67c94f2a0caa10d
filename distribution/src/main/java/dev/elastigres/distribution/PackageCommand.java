package dev.elastigres.distribution;

import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `elastigres package`: makes the packages of the command and of the monitor, or the image of a
/// Kubernetes node's daemons.
@Command(
        name = "package",
        description = {
            "Pack the command with the agent of a host, and the monitor, each with its own Java"
                    + " runtime: a Debian package, the same files as a .tar.gz, and an SBOM of both"
                    + " (CycloneDX).",
            "With --image or --push, make the image of agent and monitor for Kubernetes instead.",
            "",
            "Equal sources, JDK and SOURCE_DATE_EPOCH give equal packages as long as the AOT cache"
                    + " of these inputs is kept.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres package",
            "elastigres package --push registry.example.com/elastigres:1.0"
        })
public final class PackageCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "dist",
            description = "Output folder (${DEFAULT-VALUE}).")
    private Path out = Path.of("dist");

    @Option(
            names = "--image",
            description = "Write the image to a file, for docker load and ctr images import.")
    private boolean image;

    @Option(
            names = "--push",
            paramLabel = "REGISTRY/NAME[:TAG]",
            description =
                    "Push the image with docker's credentials for that registry."
                            + " The default tag is the version.")
    private String push = "";

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description =
                    "amd64 or arm64: fail unless the packages are for this architecture. They are for"
                            + " that of this machine, whose Java runtime they contain.")
    private String arch = "";

    public PackageCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        try {
            checkArchitecture();
            var environment = System.getenv();
            var packages = MonitorPackages.from(XdgFolders.from(environment).cache(), environment);
            if (!image && push.isEmpty()) {
                packages.write(out).forEach(System.out::println);
                new HostPackages(packages).write(out).forEach(System.out::println);
                return 0;
            }
            var node = NodeImage.ofThisApplication(System.err::println);
            if (image) System.out.println(node.write(out));
            if (!push.isEmpty()) System.out.println(node.push(push));
            return 0;
        } catch (PackException e) {
            System.err.println("elastigres package: " + e.getMessage());
            return switch (e) {
                case PackException.Refused _ -> 2;
                case PackException.Failed _ -> 1;
            };
        }
    }

    private void checkArchitecture() throws PackException {
        String own = MonitorPackages.architecture(System.getProperty("os.arch"));
        if (arch.isEmpty() || arch.equals(own)) return;
        throw new PackException.Refused(
                "--arch %1$s: this machine's JDK has a Java runtime for %2$s only; run ./elastigres package on a machine of architecture %1$s"
                        .formatted(arch, own));
    }
}
