package dev.elastigres.testbed;

import dev.elastigres.testbed.process.ParentBoundProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Whom the servers run as: ourselves or, since Postgres refuses root, the unprivileged `nobody`.
///
/// @param uid the user and group that the files of a server are given to; empty: they stay ours
/// @param prefix the command that comes before the server's own
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

    /// The command for a program that ends at once.
    List<String> command(List<String> program) {
        var command = new ArrayList<>(prefix);
        command.addAll(program);
        return command;
    }

    /// The command for a server that the kernel tells to shut down at once when its starter dies.
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
