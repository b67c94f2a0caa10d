package dev.elastigres.node;

import dev.elastigres.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Pauses a VM.
@Command(
        name = "pause",
        description = {
            "Leave a VM at its size for some time.",
            "",
            "It is scaled again by itself when the time is over. Meanwhile it grows only if its"
                    + " monitor asks urgently or a process was killed because memory ran out.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres agent pause --for 1h --token-file operator.token db1"})
final class AgentPauseCommand extends AgentActionCommand {
    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long, such as 30m or 2h; at most 24h (default: 1h).")
    private String time = "1h";

    @Override
    Json.Obj request() {
        return Json.object().with("action", "pause").with("for", time);
    }
}
