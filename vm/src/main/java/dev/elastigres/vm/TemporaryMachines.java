package dev.elastigres.vm;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A temporary folder for the VMs of one command. Closing it deletes the folder; the VMs must have
/// ended before.
public record TemporaryMachines(Path root, XdgFolders folders, VmManager machines)
        implements AutoCloseable {

    /// @param progress receives progress lines for users
    public static TemporaryMachines create(Consumer<String> progress) throws VmException {
        try {
            // A short path, because the paths of sockets below it are limited.
            Path root = Files.createTempDirectory("evm");
            var own = XdgFolders.from(System.getenv());
            var folders = new XdgFolders(root.resolve("s"), own.data(), own.cache());
            return new TemporaryMachines(root, folders, new VmManager(folders, progress));
        } catch (IOException e) {
            throw new VmException.Failed("no temporary folder", e);
        }
    }

    @Override
    public void close() throws VmException {
        try {
            FileTrees.delete(root);
        } catch (IOException e) {
            throw new VmException.Failed("cannot remove " + root, e);
        }
    }
}
