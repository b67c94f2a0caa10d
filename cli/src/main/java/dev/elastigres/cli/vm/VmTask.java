package dev.elastigres.cli.vm;

import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.host.terminal.RawTerminal;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.state.XdgFolders;
import java.util.concurrent.Callable;

/// A command on VMs. A failure is reported in one line. Exit code 1 means that the command failed,
/// 2 that it must be used differently or that something must be installed first.
abstract class VmTask implements Callable<Integer> {
    abstract int run(VmManager machines) throws VmException, GuestException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try {
            return run(new VmManager(folders(), VmTask::say));
        } catch (VmException e) {
            say(String.valueOf(e.getMessage()));
            return switch (e) {
                case VmException.Refused _, VmException.Missing _ -> 2;
                case VmException.Busy _, VmException.Failed _ -> 1;
            };
        } catch (GuestException e) {
            say(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    /// Puts the terminal into raw mode, so that each key is sent to the guest.
    static RawTerminal rawTerminal() throws VmException, InterruptedException {
        try {
            return RawTerminal.raw(VmTask::say);
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot use this terminal", e);
        }
    }

    static XdgFolders folders() {
        return XdgFolders.from(System.getenv());
    }

    /// Prints a message for the user on standard error. Standard output is for data that programs
    /// may read.
    static void say(String line) {
        System.err.println("elastigres: " + line);
    }
}
