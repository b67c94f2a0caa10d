package dev.elastigres.cluster;

import dev.elastigres.testbed.kubernetes.ApiServerAccess;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Runs commands inside a node's VM.
record NodeGuest(VmManager machines, String name) {
    private static final Duration LONG = Duration.ofMinutes(3);

    /// Unpacking some hundred megabytes takes minutes in an emulated guest, and longer on a busy
    /// host.
    private static final Duration IMPORT_TIMEOUT = Duration.ofMinutes(10);

    GuestChannel.GuestCommandResult trySh(String script)
            throws VmException, GuestException, InterruptedException {
        return trySh(script, LONG);
    }

    private GuestChannel.GuestCommandResult trySh(String script, Duration timeout)
            throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            return guest.run(timeout, List.of("sh", "-c", script));
        }
    }

    /// Runs a script as root and returns its output.
    ///
    /// @throws VmException.Failed if its exit code is not 0
    String sh(String script) throws VmException, GuestException, InterruptedException {
        return sh(script, LONG);
    }

    private String sh(String script, Duration timeout)
            throws VmException, GuestException, InterruptedException {
        GuestChannel.GuestCommandResult result = trySh(script, timeout);
        if (result.exitCode() == 0) return result.output().strip();
        throw new VmException.Failed(
                "in %s exit code %d of: %s%n%s%s"
                        .formatted(
                                name, result.exitCode(), script, result.output(), result.errors()));
    }

    String read(String path) throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            return guest.readText(path, LONG);
        }
    }

    void write(String path, String text) throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            guest.write(path, text, LONG);
        }
    }

    void awaitContainerd() throws VmException, GuestException, InterruptedException {
        sh(
                "for i in $(seq 600); do ctr version > /dev/null 2>&1 && exit 0; sleep 0.2; done;"
                        + " tail -n 20 /var/log/containerd.log >&2; exit 1");
    }

    /// Imports the image in `archive`, which has the format of `docker save`.
    void importImage(Path archive) throws VmException, GuestException, InterruptedException {
        try (var download = new OneTimeDownload(archive)) {
            sh(
                    "nc %s %d < /dev/null | ctr --namespace k8s.io images import -"
                            .formatted(ApiServerAccess.GUEST.address(), download.port()),
                    IMPORT_TIMEOUT);
        } catch (IOException e) {
            throw new VmException.Failed("cannot serve " + archive, e);
        }
    }
}
