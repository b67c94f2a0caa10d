package dev.elastigres.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The VMs of an agent, how large they are and should be.
@Command(
        name = "status",
        description = "The VMs of a running agent, how large they are and should be.",
        mixinStandardHelpOptions = true)
final class AgentStatusCommand extends AgentTask {
    private static final String ROW = "%-20s %-18s %-20s %-20s %-20s %-8s %s%n";

    @Option(names = "--json", description = "All that the agent says, as a JSON object.")
    private boolean json;

    @Override
    void run(AgentClient client) throws AgentException, InterruptedException {
        Json.Obj status = client.status();
        if (json) {
            System.out.println(status.pretty());
            return;
        }
        System.out.printf(
                ROW, "NAME", "STATE", "HAS", "SHOULD HAVE", "MAY HAVE", "MONITOR", "TROUBLE");
        for (Json each : status.list("vms")) if (each instanceof Json.Obj vm) print(vm);
        for (Json each : status.list("troubles"))
            if (each instanceof Json.Str(String trouble))
                System.out.println("not ready: " + trouble);
    }

    private static void print(Json.Obj vm) {
        boolean connected =
                vm.object("monitor")
                        .flatMap(it -> it.get("connected"))
                        .filter(new Json.Bool(true)::equals)
                        .isPresent();
        System.out.printf(
                ROW,
                vm.text("name").orElse(""),
                vm.text("state").orElse(""),
                size(vm, "size"),
                size(vm, "wanted"),
                size(vm, "permit"),
                connected ? "yes" : "no",
                vm.object("troubles")
                        .map(it -> String.join(", ", it.members().keySet()))
                        .orElse(""));
    }

    private static String size(Json.Obj vm, String name) {
        Optional<Json.Obj> size = vm.object(name);
        if (size.isEmpty()
                || !(size.get().get("cpus").orElse(null) instanceof Json.Num(String cpus)))
            return "";
        Bytes memory = new Bytes(size.get().whole("memory_bytes").orElse(0));
        return new Resources(Double.parseDouble(cpus), memory).text();
    }
}
