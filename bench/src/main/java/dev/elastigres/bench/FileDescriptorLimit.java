package dev.elastigres.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// How many VMs fit into the file descriptors that a process may have.
///
/// @param descriptors of each process
record FileDescriptorLimit(long descriptors) {
    /// On either side: the monitor's session, and a page that is being read.
    private static final int A_VM = 2;

    /// What a process has besides: its code, its pipes, the sockets that it listens on.
    private static final int OTHERS = 500;

    /// Of this process; those that it starts have the same.
    static FileDescriptorLimit ours() {
        return new FileDescriptorLimit(
                ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                        .getMaxFileDescriptorCount());
    }

    int vms() {
        return Math.clamp((descriptors - OTHERS) / A_VM, 0, AgentBenchPlan.MAX_VMS);
    }
}
