package dev.elastigres.cluster;

import dev.elastigres.distribution.NodeImage;
import dev.elastigres.distribution.PackException;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The file of the image of agent and monitor, which exists until this is closed.
///
/// @param folder deleted on close; empty if the file was given
public record DaemonImageFile(Path file, Optional<Path> folder) implements AutoCloseable {

    /// Uses an existing file, which closing does not delete.
    static DaemonImageFile given(Path file) {
        return new DaemonImageFile(file, Optional.empty());
    }

    /// Makes an image of the running application.
    ///
    /// @throws VmException.Refused if a precondition is not met
    static DaemonImageFile make(Consumer<String> progress)
            throws PackException, VmException, InterruptedException {
        progress.accept("making the image of agent and monitor");
        Path folder = temporaryFolder();
        try {
            Path file = NodeImage.ofThisApplication(progress).tar(folder);
            return new DaemonImageFile(file, Optional.of(folder));
        } catch (PackException.Refused e) {
            delete(folder);
            throw new VmException.Refused(
                    e.getMessage()
                            + ": ./elastigres package --image writes one, for --image FILE here");
        } catch (PackException | InterruptedException e) {
            delete(folder);
            throw e;
        }
    }

    private static Path temporaryFolder() throws VmException {
        try {
            return Files.createTempDirectory("elastigres-image-");
        } catch (IOException e) {
            throw new VmException.Failed("no temporary folder", e);
        }
    }

    private static void delete(Path folder) throws VmException {
        try {
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw new VmException.Failed("cannot remove " + folder, e);
        }
    }

    @Override
    public void close() throws VmException {
        if (folder.isPresent()) delete(folder.get());
    }
}
