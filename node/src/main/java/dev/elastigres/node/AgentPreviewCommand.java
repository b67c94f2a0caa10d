package dev.elastigres.node;

import dev.elastigres.protocol.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints what the decision about a VM would be with other settings.
@Command(
        name = "preview",
        description = {
            "Print which size a VM should have with other settings, and change nothing.",
            "",
            "The settings are those that a section of the settings file may have for one VM.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres agent preview --set max-cpus=4 --set prefer=latency db1"})
final class AgentPreviewCommand extends AgentActionCommand {
    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            required = true,
            description = "A setting to try; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    Json.Obj request() {
        Json.Obj all = Json.object();
        for (var each : settings.entrySet()) all = all.with(each.getKey(), each.getValue());
        return Json.object().with("action", "preview").with("settings", all);
    }

    @Override
    void print(Json.Obj answer) {
        System.out.println("now:  " + why(answer, "now"));
        System.out.println("then: " + why(answer, "then"));
    }

    private static String why(Json.Obj answer, String when) {
        return answer.object(when).flatMap(it -> it.text("why")).orElse("");
    }
}
