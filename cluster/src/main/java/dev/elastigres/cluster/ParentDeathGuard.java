package dev.elastigres.cluster;

import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.util.List;

/// Ends a VM's QEMU when this process dies, which else would leave it running: a shell of its own
/// session waits for the end of its input, which is ours.
final class ParentDeathGuard implements AutoCloseable {
    private static final String WAIT =
            """
            cat > /dev/null
            grep -qa "elastigres-$2" "/proc/$1/cmdline" && kill -9 "$1"
            """;

    private final Process process;

    /// @param name of the VM, by which its process is known still to be that
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
            throw new VmException.Failed("cannot guard " + name, e);
        }
    }

    /// The VM has ended, or shall stay.
    @Override
    public void close() {
        // The shell first: it acts on the end of the other.
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
    }
}
