package dev.elastigres.cluster;

import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.util.List;

/// Kills a VM's QEMU when this process dies, which would otherwise leave it running. A shell in a
/// session of its own waits for the end of its standard input, a pipe from this process.
final class ParentDeathGuard implements AutoCloseable {
    private static final String WAIT =
            """
            cat > /dev/null
            grep -qa "elastigres-$2" "/proc/$1/cmdline" && kill -9 "$1"
            """;

    private final Process process;

    /// @param name of the VM; its process must still have it on its command line
    ParentDeathGuard(long qemu, String name) throws VmException {
        try {
            process =
                    new ProcessBuilder(
                                    List.of(
                                            "setsid",
                                            "sh",
                                            "-c",
                                            WAIT,
                                            "guard",
                                            Long.toString(qemu),
                                            name))
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new VmException.Failed("cannot start the guard process of " + name, e);
        }
    }

    /// Ends the guard without killing the VM.
    @Override
    public void close() {
        // The shell first: it would kill QEMU when its `cat` ends.
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
    }
}
