package dev.elastigres.node;

import dev.elastigres.protocol.json.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Pins the size of a VM.
@Command(
        name = "pin",
        description = {
            "Give a VM a size and keep it there until it is released.",
            "",
            "The size must be within the VM's limits. It needs a permit as any growth does, and a"
                    + " smaller size needs the consent of the VM's monitor.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres agent pin --cpus 2 --memory 4GiB --for 8h db1"})
final class AgentPinCommand extends AgentActionCommand {
    @Option(
            names = "--cpus",
            paramLabel = "NUMBER",
            required = true,
            description = "CPUs, such as 2 or 0.5.")
    private String cpus = "";

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            required = true,
            description = "Memory, such as 4GiB.")
    private String memory = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long, at most 720h (default: until it is released).")
    private @Nullable String time;

    @Override
    Json.Obj request() {
        Json.Obj pin =
                Json.object().with("action", "pin").with("cpus", cpus).with("memory", memory);
        return time == null ? pin : pin.with("for", time);
    }
}
