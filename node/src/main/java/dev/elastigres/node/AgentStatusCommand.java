package dev.elastigres.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints the VMs of an agent with their current and target sizes.
@Command(
        name = "status",
        description = "List the VMs of a running agent with current and target sizes.",
        mixinStandardHelpOptions = true,
        footer = "elastigres agent status --json")
final class AgentStatusCommand extends AgentQuery {
    /// States of VMs that do not run; their reason is printed.
    private static final Set<String> NOT_RUNNING = Set.of("dead", "ended");
    private static final String ROW = "%-20s %-18s %-20s %-20s %-20s %-8s %s%n";

    @Option(names = "--json", description = "Print the agent's complete answer as a JSON object.")
    private boolean json;

    @Override
    protected void run(AgentClient client) throws AgentQueryException, InterruptedException {
        Json.Obj status = client.status();
        if (json) {
            System.out.println(status.pretty());
            return;
        }
        List<Json.Obj> vms =
                status.list("vms").stream()
                        .flatMap(it -> it instanceof Json.Obj vm ? Stream.of(vm) : Stream.empty())
                        .toList();
        if (vms.isEmpty()) System.out.println(noVms(status));
        else
            System.out.printf(
                    ROW, "NAME", "STATE", "SIZE", "WANTED", "PERMIT", "MONITOR", "PROBLEMS");
        vms.forEach(AgentStatusCommand::print);
        for (Json.Obj vm : vms) {
            String name = vm.text("name").orElse("");
            if (NOT_RUNNING.contains(vm.text("state").orElse("")))
                System.out.println(vm.text("why").orElse(name));
            problems(vm).forEach(it -> System.out.println(name + ": " + it));
        }
        print("not ready: ", ownProblems(status, vms));
        print("note: ", texts(status, "notes"));
    }

    /// Returns the message for an agent without VMs, with a remedy.
    private static String noVms(Json.Obj status) {
        String where = status.text("searched").filter(it -> !it.isEmpty()).orElse("");
        String found =
                "the agent has no VM" + (where.isEmpty() ? "" : "; the driver searches " + where);
        // If there are problems, they are printed below.
        return status.text("driver").orElse("").equals("vm") && status.list("problems").isEmpty()
                ? found + "; `elastigres vm start NAME` starts one"
                : found;
    }

    private static void print(String before, List<String> lines) {
        for (String line : lines) System.out.println(before + line);
    }

    private static List<String> texts(Json.Obj object, String name) {
        return object.list(name).stream()
                .flatMap(
                        it ->
                                it instanceof Json.Str(String text)
                                        ? Stream.of(text)
                                        : Stream.empty())
                .toList();
    }

    /// Returns the agent's own problems, without those of its VMs, which are printed beside the
    /// VMs.
    private static List<String> ownProblems(Json.Obj status, List<Json.Obj> vms) {
        Set<String> ofVms = new HashSet<>();
        for (Json.Obj vm : vms)
            for (String each : problems(vm)) ofVms.add(vm.text("name").orElse("") + ": " + each);
        return texts(status, "problems").stream().filter(it -> !ofVms.contains(it)).toList();
    }

    /// Returns the failed dependencies of a VM and the reasons, one line each.
    static List<String> problems(Json.Obj vm) {
        return vm.object("problems").stream()
                .flatMap(it -> it.members().entrySet().stream())
                .map(
                        it ->
                                it.getKey().replace('_', ' ')
                                        + ": "
                                        + (it.getValue() instanceof Json.Str(String why)
                                                ? why
                                                : ""))
                .toList();
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
                vm.object("monitor").isEmpty() ? "" : connected ? "yes" : "no",
                vm.object("problems")
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
