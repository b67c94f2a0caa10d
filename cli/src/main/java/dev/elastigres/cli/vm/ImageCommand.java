package dev.elastigres.cli.vm;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.ImageRecipe;
import dev.elastigres.vm.image.Images;
import dev.elastigres.vm.image.LocalGuestImage;
import dev.elastigres.vm.image.PostgresRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "image",
        description = "Build, list and delete images, the disks that VMs start from.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ImageCommand.ImageBuildCommand.class,
            ImageCommand.ImageListCommand.class,
            ImageCommand.ImageDeleteCommand.class
        },
        footer = "elastigres vm image build")
final class ImageCommand {

    @Command(
            name = "build",
            description =
                    "Build a bootable Debian guest with Postgres and the monitor, unless there is one from"
                            + " the same inputs.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm image build --out postgres.qcow2")
    static final class ImageBuildCommand extends VmTask {
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

        @Option(names = "--no-monitor", description = "Build the image without the monitor.")
        boolean withoutMonitor;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            PostgresRelease release =
                    PostgresRelease.of(postgres)
                            .orElseThrow(
                                    () ->
                                            new VmException.Refused(
                                                    "no Postgres %s; there is %s"
                                                            .formatted(
                                                                    postgres,
                                                                    PostgresRelease.all())));
            var recipe = new ImageRecipe(release, debian(release), monitor());
            Path image = LocalGuestImage.build(recipe, folders(), machines.locks(), VmTask::say);
            System.out.println(out == null ? image : copy(image, out));
            return 0;
        }

        private DebianArchive debian(PostgresRelease release) throws VmException {
            Optional<String> security = Optional.ofNullable(securityMirror);
            if (mirror != null) return new DebianArchive(mirror, security);
            DebianArchive found = LocalGuestImage.debian(release);
            return new DebianArchive(found.main(), security.or(found::security));
        }

        private Optional<Path> monitor() throws VmException, InterruptedException {
            return withoutMonitor
                    ? Optional.empty()
                    : Optional.of(LocalGuestImage.monitor(folders(), VmTask::say));
        }

        static Path copy(Path image, Path to) throws VmException, InterruptedException {
            // Copy to a temporary file first: a truncated copy would look like an image.
            Path unfinished = to.resolveSibling(to.getFileName() + ".new");
            // Also after a signal, which ends this process without the block below.
            unfinished.toFile().deleteOnExit();
            try {
                ExternalProgram.of(
                                Duration.ofMinutes(5),
                                "cp",
                                "--sparse=always",
                                "--reflink=auto",
                                image.toString(),
                                unfinished.toString())
                        .run();
                Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
                return to;
            } catch (ExternalProgramException | IOException e) {
                throw new VmException.Failed("cannot write " + to, e);
            } finally {
                deleteQuietly(unfinished);
            }
        }

        private static void deleteQuietly(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // The failure of the copy is reported.
            }
        }
    }

    @Command(
            name = "list",
            description = {
                "List the built images, the VMs that use them, and what killed builds left.",
                "",
                "`vm image delete --unused` removes the latter."
            },
            mixinStandardHelpOptions = true,
            footer = "elastigres vm image list --json")
    static final class ImageListCommand extends VmTask {
        private static final String ROW = "%-32s %-10s %-20s %s%n";

        @Option(names = "--json", description = "Print an array of JSON objects.")
        boolean json;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            Map<Images.ImageEntry, List<String>> images = machines.images();
            List<Images.ImageLeftover> leftovers = machines.imageLeftovers();
            if (json) {
                System.out.println(json(images, leftovers).pretty());
                return 0;
            }
            System.out.printf(ROW, "NAME", "ON DISK", "LAST BUILT OR USED", "VMS");
            images.forEach(
                    (image, vms) ->
                            System.out.printf(
                                    ROW,
                                    image.name(),
                                    image.onDisk(),
                                    image.usedAt().truncatedTo(ChronoUnit.SECONDS),
                                    String.join(", ", vms)));
            for (Images.ImageLeftover each : leftovers)
                System.out.printf(
                        ROW,
                        each.path().getFileName(),
                        each.onDisk(),
                        each.leftAt().truncatedTo(ChronoUnit.SECONDS),
                        "(" + each.cause() + ")");
            return 0;
        }

        private static Json json(
                Map<Images.ImageEntry, List<String>> images, List<Images.ImageLeftover> leftovers) {
            var all = new ArrayList<Json>();
            images.forEach(
                    (image, vms) ->
                            all.add(
                                    Json.object()
                                            .with("name", image.name())
                                            .with("file", image.file().toString())
                                            .with("disk_bytes", image.onDisk().value())
                                            .with("used_at", image.usedAt().toString())
                                            .with(
                                                    "vms",
                                                    new Json.Arr(
                                                            vms.stream()
                                                                    .<Json>map(Json.Str::new)
                                                                    .toList()))));
            for (Images.ImageLeftover each : leftovers)
                all.add(
                        Json.object()
                                .with("leftover", each.path().getFileName().toString())
                                .with("file", each.path().toString())
                                .with("disk_bytes", each.onDisk().value())
                                .with("used_at", each.leftAt().toString())
                                .with("cause", each.cause()));
            return new Json.Arr(all);
        }
    }

    @Command(
            name = "delete",
            description = {
                "Delete images that no VM uses.",
                "",
                "A snapshot needs the image of its VM, too: it cannot be restored without."
            },
            mixinStandardHelpOptions = true,
            footer = "elastigres vm image delete --unused")
    static final class ImageDeleteCommand extends VmTask {
        @Parameters(
                arity = "0..*",
                paramLabel = "IMAGE",
                description = "Name of the image in `vm image list`.")
        List<String> names = List.of();

        @Option(
                names = "--unused",
                description =
                        "Delete what killed builds left, and all images without VMs except the most"
                                + " recently used one.")
        boolean unused;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            if (names.isEmpty() == !unused)
                throw new VmException.Refused("needs names of images, or --unused");
            if (unused)
                for (Images.ImageLeftover each : machines.removeImageLeftovers())
                    say(
                            "%s, %s, is deleted: %s are free"
                                    .formatted(
                                            each.path().getFileName(),
                                            each.cause(),
                                            each.onDisk()));
            for (String name : unused ? unused(machines.images()) : names) {
                Images.ImageEntry image = machines.deleteImage(name);
                say("%s is deleted: %s are free".formatted(image.name(), image.onDisk()));
            }
            return 0;
        }

        private static List<String> unused(Map<Images.ImageEntry, List<String>> images) {
            Optional<Images.ImageEntry> last =
                    images.keySet().stream().max(Comparator.comparing(Images.ImageEntry::usedAt));
            return images.entrySet().stream()
                    .filter(it -> it.getValue().isEmpty())
                    .map(Map.Entry::getKey)
                    .filter(it -> !last.equals(Optional.of(it)))
                    .map(Images.ImageEntry::name)
                    .toList();
        }
    }
}
