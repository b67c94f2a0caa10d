package dev.elastigres.cli.bench;

import dev.elastigres.vm.Machines;
import dev.elastigres.vm.state.FileTrees;
import dev.elastigres.vm.state.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Room for the VMs of one benchmark, in a folder of its own. Closing removes that; by then the VMs
/// must have ended.
record TemporaryMachines(Path root, Folders folders, Machines machines) implements AutoCloseable {

    /// @param progress takes lines for a person who waits
    static TemporaryMachines create(Consumer<String> progress) throws BenchException {
        try {
            // Sockets are below it, and their paths have to be short.
            Path root = Files.createTempDirectory("vmb");
            var own = Folders.from(System.getenv());
            var folders = new Folders(root.resolve("s"), own.data(), own.cache());
            return new TemporaryMachines(root, folders, new Machines(folders, progress));
        } catch (IOException e) {
            throw new BenchException("no temporary folder", e);
        }
    }

    @Override
    public void close() throws BenchException {
        try {
            FileTrees.delete(root);
        } catch (IOException e) {
            throw new BenchException("cannot remove " + root, e);
        }
    }
}
