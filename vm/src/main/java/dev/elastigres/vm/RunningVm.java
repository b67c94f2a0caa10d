package dev.elastigres.vm;

import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.qemu.Qemu;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import java.time.Duration;
import java.util.Optional;

/// A running VM, with all that commands need.
public record RunningVm(VmSpec spec, VmFolder folder, VmRun run, FileLocks locks) {

    public RunFolder sockets() {
        return folder.incarnation(run.incarnation());
    }

    public Qemu qemu() {
        return new Qemu(sockets(), run.qemu());
    }

    /// Opens a session with the guest's agent, on a port that no other session uses.
    ///
    /// @throws GuestException.Occupied if all ports have sessions
    /// @throws GuestException.Silent if the agent does not answer within the timeout
    public GuestChannel guest(Duration within)
            throws VmException, GuestException, InterruptedException {
        RunFolder sockets = sockets();
        for (int port = 0; port < RunFolder.GUEST_PORTS; port++) {
            Optional<FileLocks.FileLockHandle> free =
                    locks.tryLock(sockets.guestPortLock(port), "guest session");
            if (free.isPresent())
                return GuestChannel.connect(sockets.guestPort(port), free.get(), within);
        }
        throw new GuestException.Occupied(
                "%d commands run in %s already; wait for one to end"
                        .formatted(RunFolder.GUEST_PORTS, spec.name()));
    }
}
