package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.process.Program;
import dev.elastigres.vm.process.ProgramFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The built images of this user. An image is one file: a disk whose `/boot` has the kernel and the
/// first file system that start it.
public record Images(Path folder) {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// Where the image of `recipe` is, or will be.
    public Path fileOf(Recipe recipe) throws VmException {
        try {
            return folder.resolve(recipe.title() + "-" + recipe.identity() + ".img");
        } catch (IOException e) {
            throw new VmException.Failed("cannot read what goes into the image", e);
        }
    }

    /// The one of a database that was built or asked for last.
    public Optional<Path> latest() throws VmException {
        if (!Files.isDirectory(folder)) return Optional.empty();
        try (var files = Files.list(folder)) {
            return files.filter(file -> isOfDatabase(file.getFileName().toString()))
                    .max(Comparator.comparing(Images::time));
        } catch (IOException e) {
            throw new VmException.Failed("cannot list " + folder, e);
        }
    }

    private static boolean isOfDatabase(String name) {
        return name.startsWith("postgres-") && name.endsWith(".img");
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0); // it has just gone
        }
    }

    /// Copies the kernel and the first file system of `image` to `kernel` and `initrd`.
    public static void extractBoot(Path image, Path kernel, Path initrd)
            throws VmException, InterruptedException {
        dump(image, "/boot/vmlinuz", kernel);
        dump(image, "/boot/initrd.img", initrd);
    }

    /// debugfs reads a file system without mounting it, and tells of failure only by what it
    /// leaves.
    private static void dump(Path image, String from, Path to)
            throws VmException, InterruptedException {
        try {
            var command =
                    List.of(
                            "debugfs",
                            "-R",
                            "dump %s \"%s\"".formatted(from, to),
                            image.toString());
            var result = new Program(command, Map.of(), LIMIT).tryRun(_ -> {});
            if (!Files.exists(to) || Files.size(to) == 0) {
                throw new VmException.Refused(
                        image + " is not an image of ours: " + result.lastLine());
            }
        } catch (ProgramFailed | IOException e) {
            throw new VmException.Failed("cannot read " + image, e);
        }
    }
}
