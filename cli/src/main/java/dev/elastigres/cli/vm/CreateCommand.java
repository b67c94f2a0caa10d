package dev.elastigres.cli.vm;

import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Create a VM from an image or from a snapshot.",
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres vm create db1 --cpus 1..4 --memory 512M..4G",
            "elastigres vm create db2 --publish 5433:5432"
        })
final class CreateCommand extends VmTask {
    @Parameters(paramLabel = "NAME")
    String name = "";

    @Option(
            names = "--cpus",
            paramLabel = "MIN..MAX",
            description = "Range of its number of CPUs, such as 1..4.")
    @Nullable String cpus;

    @Option(
            names = "--memory",
            paramLabel = "MIN..MAX",
            description = "Range of its memory, such as 512M..4G.")
    @Nullable String memory;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "The image (default: the newest).")
    @Nullable Path image;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description =
                    "Create the VM from this snapshot, which sets everything except the network.")
    @Nullable Path from;

    @Option(
            names = "--accel",
            description = "auto, kvm or tcg (default: auto: kvm where it works).")
    @Nullable String accelerator;

    @Option(
            names = "--publish",
            paramLabel = "HOST:GUEST",
            description =
                    "Publish a port of the guest on 127.0.0.1; HOST 0 selects a free port. May be"
                            + " repeated.")
    List<String> published = List.of();

    @Option(
            names = "--no-agent-ports",
            description =
                    "Do not publish the ports for an agent (the guest's 10301, 9100 and 9499, each"
                            + " on a free port of 127.0.0.1, selected at each start): an agent then cannot scale"
                            + " the VM.")
    boolean withoutAgent;

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description =
                    "user, or tap:BRIDGE,ADDRESS/PREFIX[,GATEWAY] for a bridge of this host and the guest's address (default: user).")
    String networkName = "user";

    @Override
    int run(VmManager machines) throws VmException, InterruptedException {
        var ports = new ArrayList<PublishedPort>();
        for (String text : published) ports.add(PublishedPort.parse(text));
        Network network = Network.parse(networkName, ports, !withoutAgent);
        VmSpec spec =
                from == null ? machines.create(wish(network)) : restore(machines, from, network);
        say("%s created: CPUs %s, memory %s".formatted(spec.name(), spec.cpus(), spec.memory()));
        for (var port : spec.network().publications()) {
            say("127.0.0.1:%d is its port %d".formatted(port.hostPort(), port.guestPort()));
        }
        return 0;
    }

    private VmSpec restore(VmManager machines, Path snapshot, Network network)
            throws VmException, InterruptedException {
        if (cpus != null || memory != null || image != null || accelerator != null) {
            throw new VmException.Refused(
                    "--from excludes --cpus, --memory, --image and --accel: the snapshot sets them");
        }
        return machines.restore(name, snapshot, network);
    }

    private NewVmSpec wish(Network network) throws VmException {
        if (cpus == null || memory == null) {
            throw new VmException.Refused(
                    "needs --cpus MIN..MAX and --memory MIN..MAX, or --from FILE");
        }
        String choice = accelerator == null ? "auto" : accelerator;
        return new NewVmSpec(
                name,
                CpuRange.parse(cpus),
                MemoryRange.parse(memory),
                Optional.ofNullable(image),
                AcceleratorChoice.of(choice)
                        .orElseThrow(
                                () ->
                                        new VmException.Refused(
                                                "--accel is auto, kvm or tcg, not " + choice)),
                network);
    }
}
