package dev.elastigres.lab;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;

/// A process in a cgroup that holds memory that the kernel cannot reclaim, until it is released.
record GuestMemoryHolder(LabVm vm, String process) {
    private static final String SCRIPT =
            """
            (
                echo 0 > /sys/fs/cgroup/CGROUP/cgroup.procs
                exec setsid perl -e '
                    my $count = shift;
                    my $memory = "x" x $count;
                    open(my $done, ">", "/run/held-$$");
                    sleep 1 while 1;
                ' AMOUNT
            ) > /dev/null 2>&1 < /dev/null &
            while [ ! -e /run/held-$! ]; do kill -0 $! && sleep 0.02 || exit 1; done
            echo $!
            """;

    /// Holds memory in Postgres' cgroup. Returns when all of it is in use.
    static GuestMemoryHolder hold(LabVm vm, Bytes amount)
            throws VmException, GuestException, InterruptedException {
        return hold(vm, "neon-postgres", amount);
    }

    static GuestMemoryHolder hold(LabVm vm, String cgroup, Bytes amount)
            throws VmException, GuestException, InterruptedException {
        String script =
                SCRIPT.replace("CGROUP", cgroup).replace("AMOUNT", Long.toString(amount.value()));
        return new GuestMemoryHolder(vm, vm.sh(script));
    }

    void release() throws VmException, GuestException, InterruptedException {
        vm.sh("kill -9 " + process);
    }
}
