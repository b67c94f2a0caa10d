package dev.elastigres.cli.vm;

import dev.elastigres.vm.Machines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.OwnImage;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.image.Recipe;
import dev.elastigres.vm.process.Program;
import dev.elastigres.vm.process.ProgramFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "image",
        description = "The disk that VMs start from.",
        mixinStandardHelpOptions = true,
        subcommands = ImageCommand.Build.class)
final class ImageCommand {

    @Command(
            name = "build",
            description =
                    "Build a bootable Debian guest with Postgres and the monitor, unless there is one from"
                            + " the same inputs.",
            mixinStandardHelpOptions = true)
    static final class Build extends VmTask {
        @Option(
                names = "--postgres",
                defaultValue = "15",
                description = "Version of Postgres (default: 15).")
        String postgres = "15";

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Copy the image to this file, too.")
        @Nullable Path out;

        @Option(
                names = "--mirror",
                paramLabel = "URL",
                description = "Debian's archive (default: the one that this machine's apt uses).")
        @Nullable String mirror;

        @Option(
                names = "--security-mirror",
                paramLabel = "URL",
                description = "Debian's security updates (default: as apt, or none with --mirror).")
        @Nullable String securityMirror;

        @Option(names = "--no-monitor", description = "Leave the monitor out.")
        boolean withoutMonitor;

        @Override
        int run(Machines machines) throws VmException, InterruptedException {
            PostgresRelease release =
                    PostgresRelease.of(postgres)
                            .orElseThrow(
                                    () ->
                                            new VmException.Refused(
                                                    "no Postgres %s; there is %s"
                                                            .formatted(
                                                                    postgres,
                                                                    PostgresRelease.all())));
            var recipe = new Recipe(release, debian(release), monitor());
            Path image = OwnImage.build(recipe, folders(), machines.locks(), VmTask::say);
            System.out.println(out == null ? image : copy(image, out));
            return 0;
        }

        private DebianArchive debian(PostgresRelease release) throws VmException {
            Optional<String> security = Optional.ofNullable(securityMirror);
            if (mirror != null) return new DebianArchive(mirror, security);
            DebianArchive found = OwnImage.debian(release);
            return new DebianArchive(found.main(), security.or(found::security));
        }

        private Optional<Path> monitor() throws VmException, InterruptedException {
            return withoutMonitor
                    ? Optional.empty()
                    : Optional.of(OwnImage.monitor(folders(), VmTask::say));
        }

        private static Path copy(Path image, Path to) throws VmException, InterruptedException {
            try {
                Program.of(
                                Duration.ofMinutes(5),
                                "cp",
                                "--sparse=always",
                                "--reflink=auto",
                                image.toString(),
                                to.toString())
                        .run();
                return to;
            } catch (ProgramFailed e) {
                throw new VmException.Failed("cannot write " + to, e);
            }
        }
    }
}
