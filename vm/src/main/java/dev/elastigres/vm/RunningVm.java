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

/// A VM that runs, as the commands on it need it.
public record RunningVm(VmSpec spec, VmFolder folder, VmRun run, FileLocks locks) {

    public RunFolder sockets() {
        return folder.incarnation(run.incarnation());
    }

    public Qemu qemu() {
        return new Qemu(sockets(), run.qemu());
    }

    /// A session with the guest's agent, on a port of its own.
    /// @throws GuestException.Occupied when as many sessions as there are ports are open
    /// @throws GuestException.Silent when the agent does not answer in time
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
