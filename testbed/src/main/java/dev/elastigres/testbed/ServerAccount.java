package dev.elastigres.testbed;

import dev.elastigres.testbed.process.ParentBoundProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The account that servers run as: the current user or, for root, the unprivileged `nobody`,
/// because Postgres refuses to run as root.
///
/// @param uid owner and group of the server's files; empty for the current user
/// @param prefix the command that precedes the server's own
record ServerAccount(OptionalInt uid, List<String> prefix) {
    private static final int NOBODY = 65534;

    ServerAccount {
        prefix = List.copyOf(prefix);
    }

    static ServerAccount current() {
        boolean root = ownUid() == 0;
        var prefix = new ArrayList<String>();
        if (root)
            prefix.addAll(
                    List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        return new ServerAccount(root ? OptionalInt.of(NOBODY) : OptionalInt.empty(), prefix);
    }

    boolean isRoot() {
        return uid.isPresent();
    }

    /// Returns the command line of a program that ends by itself.
    List<String> command(List<String> program) {
        var command = new ArrayList<>(prefix);
        command.addAll(program);
        return command;
    }

    /// Returns the command line of a server that the kernel signals to shut down when its parent
    /// dies.
    List<String> mortalCommand(List<String> program) {
        return ParentBoundProcess.command(prefix, "QUIT", program);
    }

    void own(Path path) throws IOException {
        if (uid.isEmpty()) return;
        Files.setAttribute(path, "unix:uid", uid.getAsInt());
        Files.setAttribute(path, "unix:gid", uid.getAsInt());
    }

    private static int ownUid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException _) {
            return -1;
        }
    }
}
