package dev.elastigres.vm.qemu;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;

/// The host's end of a guest's network card. QEMU creates and removes it. During a migration there
/// are therefore two.
///
/// @param name name of at most 15 characters, the limit of Linux; derived from the VM's folder and
///     the number of its run
public record TapDevice(String name) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    static TapDevice of(RunFolder run) {
        return new TapDevice(
                "eg%08x-%d".formatted(sum(String.valueOf(run.path().getParent())), run.number()));
    }

    /// Returns the MAC address of the guest's card, derived from the VM's name, in the locally
    /// administered range.
    static String hardwareAddress(VmSpec spec) {
        long sum = sum(spec.name());
        return "52:54:00:%02x:%02x:%02x".formatted(sum >> 16 & 255, sum >> 8 & 255, sum & 255);
    }

    private static long sum(String text) {
        var sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    /// Connects a QEMU to the network of its VM. Its monitor must have answered before, because the
    /// tap device does not exist earlier.
    public static void connect(Network network, RunFolder run)
            throws VmException, InterruptedException {
        switch (network) {
            case Network.User _ -> {}
            case Network.Tap tap -> of(run).join(tap.bridge());
        }
    }

    private void join(String bridge) throws VmException, InterruptedException {
        try {
            ExternalProgram.of(TIMEOUT, "ip", "link", "set", "dev", name, "master", bridge, "up")
                    .run();
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot join the bridge " + bridge, e);
        }
    }
}
