package dev.elastigres.cli.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.state.MemoryRange;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resize",
        description = "Change a running VM's size.",
        mixinStandardHelpOptions = true,
        footer = "elastigres vm resize db1 --cpus 2 --memory 2G")
final class ResizeCommand extends VmTask {
    @Parameters(paramLabel = "NAME")
    String name = "";

    @Option(names = "--cpus", paramLabel = "N")
    @Nullable Integer cpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Total memory, such as 2G.")
    @Nullable String memory;

    @Option(names = "--wait", description = "Wait until all of the memory is plugged or unplugged.")
    boolean waits;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Maximum wait in seconds (default: 60).")
    int seconds = 60;

    @Override
    int run(VmManager machines) throws VmException, InterruptedException {
        if (cpus == null && memory == null)
            throw new VmException.Refused("needs --cpus N, --memory SIZE, or both");
        Optional<Bytes> size =
                memory == null ? Optional.empty() : Optional.of(MemoryRange.parseSize(memory));
        var wish =
                new ResizeRequest(
                        cpus == null ? OptionalInt.empty() : OptionalInt.of(cpus),
                        size,
                        waits,
                        Duration.ofSeconds(seconds));
        return switch (machines.resize(name, wish)) {
            case ResizeRequest.MachineResizeOutcome.Done(var on, var current) -> {
                say(name + " has " + words(on, current.map(Bytes::toString)));
                yield 0;
            }
            case ResizeRequest.MachineResizeOutcome.Requested(var on, var wanted) -> {
                say(name + " has " + words(on, Optional.of("been asked for " + wanted)));
                yield 0;
            }
            case ResizeRequest.MachineResizeOutcome.Growing(var current, var wanted) -> {
                say(
                        "%s has %s so far and continues towards %s in the background"
                                .formatted(name, current, wanted));
                yield 1;
            }
            case ResizeRequest.MachineResizeOutcome.Short result -> {
                say(
                        "%s has %s instead of %s: %s in use, %s short"
                                .formatted(
                                        name,
                                        result.current(),
                                        result.wanted(),
                                        result.inUse(),
                                        result.by()));
                yield 1;
            }
        };
    }

    private static String words(OptionalInt cpus, Optional<String> memory) {
        String first =
                cpus.isPresent() ? cpus.getAsInt() + (cpus.getAsInt() == 1 ? " CPU" : " CPUs") : "";
        return first + (cpus.isPresent() && memory.isPresent() ? " and " : "") + memory.orElse("");
    }
}
