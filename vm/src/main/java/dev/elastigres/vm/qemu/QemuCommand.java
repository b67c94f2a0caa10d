package dev.elastigres.vm.qemu;

import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds the command line of a VM's QEMU. The devices must be the same on both sides of a
/// migration. Two incarnations therefore differ only in their sockets and tap device, and CPUs that
/// were plugged into the source exist in the target from the start.
public final class QemuCommand {
    /// QOM path of the device through which memory is plugged.
    public static final String MEMORY_DEVICE = "/machine/peripheral/mem0";

    /// ID of the network on which ports are published.
    public static final String NETWORK = "net0";

    /// Prefix of the control channel's port names in the guest.
    private static final String GUEST_PORT_NAME = "elastigres.";

    private QemuCommand() {}

    public static List<String> of(
            VmSpec spec,
            VmFolder folder,
            RunFolder run,
            Accelerator accelerator,
            BootCpus cpus,
            StartMode beginning) {
        var command =
                new ArrayList<>(
                        List.of("qemu-system-x86_64", "-name", "elastigres-" + spec.name()));
        command.addAll(accelerator.arguments());
        command.addAll(
                List.of(
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-pidfile",
                        run.pidFile().toString(),
                        "-kernel",
                        folder.kernel().toString(),
                        "-initrd",
                        folder.initrd().toString(),
                        "-append",
                        kernelLine(spec),
                        "-drive",
                        "file=%s,format=qcow2,if=none,id=disk0,discard=unmap"
                                .formatted(escaped(folder.disk())),
                        "-device",
                        "virtio-blk-pci,drive=disk0",
                        "-device",
                        "virtio-rng-pci"));
        command.addAll(cpus(spec.cpus(), accelerator, cpus));
        command.addAll(network(spec, run));
        command.addAll(memory(spec.memory()));
        command.addAll(channels(folder, run));
        command.addAll(
                switch (beginning) {
                    case StartMode.Boot _ -> List.<String>of();
                    // The guest stays paused after everything has arrived, until the receiver
                    // resumes it.
                    case StartMode.IncomingMigration _ -> List.of("-incoming", "defer", "-S");
                    case StartMode.Restore(var state) ->
                            List.of(
                                    "-incoming",
                                    "exec:cat " + ShellQuoting.quoted(state.toString()),
                                    "-S");
                });
        return command;
    }

    private static String kernelLine(VmSpec spec) {
        return String.join(
                " ",
                "console=ttyS0",
                "loglevel=4",
                "panic=-1",
                "psi=1",
                // Virtio without an IOMMU needs no bounce buffers, which would take 64 MiB of the
                // boot memory.
                "swiotlb=noforce",
                // Plugged memory must be usable at once, and must not contain data that cannot be
                // moved out again.
                "memhp_default_state=online_movable",
                "maxcpus=" + spec.cpus().min(),
                "elastigres.hostname=" + spec.name(),
                switch (spec.network()) {
                    case Network.User _ ->
                            "elastigres.address=10.0.2.15/24 elastigres.gateway=10.0.2.2";
                    case Network.Tap tap ->
                            "elastigres.address="
                                    + tap.address()
                                    + tap.gateway()
                                            .map(it -> " elastigres.gateway=" + it)
                                            .orElse("");
                });
    }

    private static List<String> cpus(CpuRange range, Accelerator accelerator, BootCpus cpus) {
        int present =
                switch (cpus.switching()) {
                    case IN_GUEST -> range.max();
                    case HOT_PLUG -> range.min();
                };
        var arguments = new ArrayList<String>();
        arguments.add("-smp");
        arguments.add(
                "cpus=%1$d,maxcpus=%2$d,sockets=1,cores=%2$d,threads=1"
                        .formatted(present, range.max()));
        for (int cpu : cpus.plugged()) {
            arguments.add("-device");
            arguments.add(
                    "%s,id=%s,socket-id=0,core-id=%d,thread-id=0"
                            .formatted(accelerator.cpuDevice(), CpuSlots.id(cpu), cpu));
        }
        return arguments;
    }

    private static List<String> network(VmSpec spec, RunFolder run) {
        String card = "virtio-net-pci,netdev=" + NETWORK;
        return switch (spec.network()) {
            case Network.User _ -> List.of("-netdev", "user,id=" + NETWORK, "-device", card);
            case Network.Tap _ ->
                    List.of(
                            "-netdev",
                            "tap,id=%s,ifname=%s,script=no,downscript=no"
                                    .formatted(NETWORK, TapDevice.of(run).name()),
                            "-device",
                            card + ",mac=" + TapDevice.hardwareAddress(spec));
        };
    }

    private static List<String> memory(MemoryRange memory) {
        long boot = memory.min().value();
        long pluggable = memory.pluggable().value();
        if (pluggable == 0) return List.of("-m", "size=" + boot + "b");
        return List.of(
                "-m", "size=%db,slots=1,maxmem=%db".formatted(boot, memory.max().value()),
                "-object", "memory-backend-ram,id=plug0,reserve=off,size=" + pluggable,
                "-device",
                        "virtio-mem-pci,id=mem0,memdev=plug0,requested-size=0,block-size="
                                + MemoryRange.BLOCK.value());
    }

    private static List<String> channels(VmFolder folder, RunFolder run) {
        var arguments = new ArrayList<String>();
        for (var monitor : List.of(run.control(), run.lookout())) {
            arguments.addAll(
                    List.of("-qmp", "unix:%s,server=on,wait=off".formatted(escaped(monitor))));
        }
        arguments.addAll(
                List.of(
                        "-chardev",
                        "socket,id=console0,path=%s,server=on,wait=off,logfile=%s,logappend=on"
                                .formatted(escaped(run.console()), escaped(folder.consoleLog())),
                        "-serial",
                        "chardev:console0",
                        "-device",
                        "virtio-serial-pci,max_ports=" + (RunFolder.GUEST_PORTS + 1)));
        for (int port = 0; port < RunFolder.GUEST_PORTS; port++) {
            arguments.addAll(
                    List.of(
                            "-chardev",
                            "socket,id=guest%d,path=%s,server=on,wait=off"
                                    .formatted(port, escaped(run.guestPort(port))),
                            "-device",
                            "virtserialport,chardev=guest%d,name=%s%d"
                                    .formatted(port, GUEST_PORT_NAME, port)));
        }
        return arguments;
    }

    /// Escapes commas, at which QEMU splits options; a doubled comma is a literal one.
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
