package dev.elastigres.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// The number of VMs that the file descriptors of a process suffice for.
///
/// @param descriptors limit of each process
record FileDescriptorLimit(long descriptors) {
    /// For each VM, both processes hold the monitor's session and a page that is being read.
    private static final int A_VM = 2;

    /// Other descriptors of a process: its code, its pipes, its listening sockets.
    private static final int OTHERS = 500;

    /// Returns the limit of this process, which its child processes inherit.
    static FileDescriptorLimit ours() {
        return new FileDescriptorLimit(
                ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                        .getMaxFileDescriptorCount());
    }

    int vms() {
        return Math.clamp((descriptors - OTHERS) / A_VM, 0, AgentBenchPlan.MAX_VMS);
    }
}
