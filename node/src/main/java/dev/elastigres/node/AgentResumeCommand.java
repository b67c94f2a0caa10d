package dev.elastigres.node;

import dev.elastigres.protocol.json.Json;
import picocli.CommandLine.Command;

/// Ends a pause or a pin.
@Command(
        name = "resume",
        description = "Scale a VM again that was paused or pinned.",
        mixinStandardHelpOptions = true,
        footer = {"elastigres agent resume --token-file /etc/elastigres/operator.token db1"})
final class AgentResumeCommand extends AgentActionCommand {
    @Override
    Json.Obj request() {
        return Json.object().with("action", "resume");
    }
}
