package dev.elastigres.cli.vm;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.state.XdgFolders;
import java.util.concurrent.Callable;

/// A command on VMs: does it, or says in one line why not. Exit code 1 when it failed, 2 when
/// something else has to be asked for or installed first.
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

    static XdgFolders folders() {
        return XdgFolders.from(System.getenv());
    }

    /// To a person; what a program may read goes to standard output.
    static void say(String line) {
        System.err.println("elastigres: " + line);
    }
}
