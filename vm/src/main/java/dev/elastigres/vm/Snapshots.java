package dev.elastigres.vm;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.vm.image.Images;
import dev.elastigres.vm.qemu.BootCpus;
import dev.elastigres.vm.qemu.ShellQuoting;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Saves a running VM to one file and restores it. The file is an uncompressed tar archive of the
/// VM's spec, disk and state. It contains the path of the image under the disk, but not the image.
final class Snapshots {
    private static final String SPEC = "spec.json";
    private static final String DISK = "disk.qcow2";
    private static final String STATE = "state";
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private Snapshots() {}

    /// Writes `machine` to `file`. The guest is paused meanwhile and resumes afterwards, also after
    /// a failure.
    static void save(RunningVm machine, Path file) throws VmException, InterruptedException {
        Path folder = machine.folder().path().resolve("snapshot");
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try {
            FileTrees.delete(folder);
            Files.createDirectory(folder);
            BootCpus cpus;
            try (QmpClient qmp = machine.qemu().control()) {
                qmp.execute("stop");
                try {
                    cpus = BootCpus.like(qmp, machine.run().cpuSwitching());
                    String target =
                            "exec:cat > " + ShellQuoting.quoted(folder.resolve(STATE).toString());
                    MigrationStreams.prepare(qmp, false);
                    MigrationStreams.write(qmp, target, TIMEOUT);
                    copy(machine.folder().disk(), folder.resolve(DISK));
                } finally {
                    MigrationStreams.goOn(qmp, machine.spec().name(), TIMEOUT);
                }
            }
            var spec = machine.spec().on(machine.run().accelerator());
            Files.writeString(folder.resolve(SPEC), cpus.describedIn(spec.json()).pretty());
            tar(
                    "--create",
                    "--sparse",
                    "--file=" + unfinished,
                    "--directory=" + folder,
                    SPEC,
                    DISK,
                    STATE);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | QmpException | ExternalProgramException e) {
            throw new VmException.Failed("cannot save " + machine.spec().name() + " to " + file, e);
        } finally {
            clean(folder, unfinished);
        }
    }

    private static void clean(Path folder, Path unfinished) throws VmException {
        try {
            FileTrees.delete(folder);
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + folder, e);
        }
    }

    /// Returns the spec of the VM that is saved in `file`.
    static VmSpec spec(Path file) throws VmException, InterruptedException {
        if (!Files.isReadable(file)) throw new VmException.Refused("there is no snapshot " + file);
        try {
            VmSpec spec = VmSpec.from(described(file)).orElse(null);
            if (spec != null) return spec;
        } catch (ExternalProgramException | JsonException _) {
            // Reported below.
        }
        throw new VmException.Refused(file + " is not a snapshot of a VM");
    }

    /// Returns the VM's spec and the CPUs that it had.
    private static Json.Obj described(Path file)
            throws ExternalProgramException, JsonException, InterruptedException {
        String text = tar("--extract", "--to-stdout", "--file=" + file, SPEC);
        return Json.parse(text) instanceof Json.Obj json ? json : Json.object();
    }

    /// Restores `file` into the folder of a new VM.
    static void restore(Path file, VmSpec spec, VmFolder folder)
            throws VmException, InterruptedException {
        if (!Files.isReadable(spec.image())) {
            throw new VmException.Refused(
                    "the snapshot is based on the image " + spec.image() + ", which is gone");
        }
        try {
            tar(
                    "--extract",
                    "--sparse",
                    "--file=" + file,
                    "--directory=" + folder.path(),
                    DISK,
                    STATE);
            BootCpus cpus = BootCpus.from(described(file));
            Files.writeString(folder.savedCpus(), cpus.describedIn(Json.object()).pretty());
        } catch (ExternalProgramException
                | JsonException
                | IllegalArgumentException
                | IOException e) {
            throw new VmException.Failed("cannot unpack " + file, e);
        }
        Images.extractBoot(spec.image(), folder.kernel(), folder.initrd());
    }

    private static void copy(Path from, Path to)
            throws ExternalProgramException, InterruptedException {
        ExternalProgram.of(
                        TIMEOUT,
                        "cp",
                        "--sparse=always",
                        "--reflink=auto",
                        from.toString(),
                        to.toString())
                .run();
    }

    private static String tar(String... arguments)
            throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        return new ExternalProgram(command, Map.of(), TIMEOUT).run();
    }
}
