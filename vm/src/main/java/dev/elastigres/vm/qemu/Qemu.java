package dev.elastigres.vm.qemu;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A QEMU process that outlives the command that starts it.
///
/// @param identity the process of QEMU, not of its parent shell
public record Qemu(RunFolder folder, ProcessIdentity identity) {
    /// Timeout of commands that only query or switch.
    public static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// A parent shell that records QEMU's exit code; the starting command may have ended by then.
    private static final String WRAPPER =
            """
            exit=$1 log=$2
            shift 2
            exec >> "$log" 2>&1
            "$@"
            echo $? > "$exit.new" && mv "$exit.new" "$exit"
            """;

    /// Starts `command` with a new folder for its sockets.
    ///
    /// @throws VmException.Failed if QEMU ends at once or its monitor does not open; no process is
    ///     left then
    public static Qemu start(VmFolder vm, RunFolder run, List<String> command)
            throws VmException, InterruptedException {
        try {
            FileTrees.delete(run.path());
            Files.createDirectory(run.path());
            var full =
                    new ArrayList<>(
                            List.of(
                                    "setsid",
                                    "--fork",
                                    "sh",
                                    "-c",
                                    WRAPPER,
                                    "qemu",
                                    run.exitCode().toString(),
                                    vm.qemuLog().toString()));
            full.addAll(command);
            new ExternalProgram(full, Map.of(), START_TIMEOUT).run();
            return awaitStart(vm, run);
        } catch (IOException e) {
            throw new VmException.Failed("cannot make " + run.path(), e);
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot start QEMU", e);
        }
    }

    private static Qemu awaitStart(VmFolder vm, RunFolder run)
            throws VmException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            OptionalInt exit = VmStore.exitCode(run);
            if (exit.isPresent()) {
                throw new VmException.Failed(
                        "QEMU failed with code %d: %s"
                                .formatted(exit.getAsInt(), VmStore.lastLine(vm.qemuLog())));
            }
            Optional<Qemu> qemu = in(run);
            if (qemu.isPresent() && Files.exists(run.lookout())) return qemu.get();
            Thread.sleep(PAUSE);
        }
        killAll(run);
        throw new VmException.Failed(
                "QEMU did not open its monitor within " + START_TIMEOUT.toSeconds() + " s");
    }

    /// Returns the QEMU that runs in this folder, if there is one.
    public static Optional<Qemu> in(RunFolder run) {
        return readPid(run.pidFile())
                .flatMap(ProcessIdentity::of)
                .filter(found -> processesIn(run).contains(found))
                .map(found -> new Qemu(run, found));
    }

    /// Kills all processes of this folder and deletes it.
    public static void remove(RunFolder run) throws VmException, InterruptedException {
        killAll(run);
        try {
            FileTrees.delete(run.path());
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + run.path(), e);
        }
    }

    private static Optional<Long> readPid(Path file) {
        try {
            return Optional.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Returns the processes that run in this folder, recorded or not: QEMU and its parent shell.
    public static List<ProcessIdentity> processesIn(RunFolder run) {
        return ProcessIdentity.withArgument(run.pidFile().toString()).toList();
    }

    /// Kills all processes of this folder, and waits until they have ended.
    public static void killAll(RunFolder run) throws VmException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            List<ProcessIdentity> left = processesIn(run);
            if (left.isEmpty()) return;
            left.forEach(ProcessIdentity::kill);
            if (System.nanoTime() - deadline > 0) {
                throw new VmException.Failed("process " + left.getFirst().pid() + " does not end");
            }
            Thread.sleep(PAUSE);
        }
    }

    /// Opens the monitor socket for the holder of the VM's lock.
    public QmpClient control() throws QmpException, InterruptedException {
        return QmpClient.connect(folder.control(), ANSWER);
    }

    /// Waits for the process to end. Returns whether it ended within the timeout.
    public boolean awaitEnd(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (identity.isAlive()) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(PAUSE);
        }
        return true;
    }
}
