package dev.elastigres.cli.scheduler;

import dev.elastigres.cli.rules.SizeParser;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ConnectFailures;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.scheduler.SchedulerCodec;
import dev.elastigres.protocol.scheduler.SchedulerFormatException;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import dev.elastigres.protocol.scheduler.SchedulerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Requests a permit from a scheduler, as an agent does.
@Command(
        name = "ask",
        description = {
            "Request a permit for a VM from a scheduler, as its agent does. It works with the original's"
                    + " scheduler, too.",
            "",
            "A permit is booked until the VM's agent reports another size: use it for VMs whose agent runs,"
                    + " or for tests.",
            "",
            "Exit codes: 0 all of it is permitted, 1 no permit was received, 2 wrong usage, 3 less is"
                    + " permitted.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres scheduler ask --address 10.0.0.7 --vm shop/db-0 --size 2:8GiB",
            "elastigres scheduler ask --address 10.0.0.7 --vm shop/db-0 --size 2:8GiB --urgent"
        })
final class SchedulerAskCommand implements Callable<Integer> {
    private static final int PORT = 10_299;
    private static final int LESS = 3;
    private static final int MAX_NAME = 253;

    /// Deployed schedulers answer a denial after a second.
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = "--address",
            required = true,
            paramLabel = "HOST[:PORT]",
            description = "Address of the scheduler (default port: 10299).")
    private String address = "";

    @Option(
            names = "--vm",
            required = true,
            paramLabel = "NAMESPACE/POD",
            description = "The pod of the VM.")
    private String vm = "";

    @Option(
            names = "--size",
            required = true,
            paramLabel = "CPUS:MEMORY",
            description = "The size to request, such as 2:8GiB.")
    private String size = "";

    @Option(
            names = "--last",
            paramLabel = "CPUS:MEMORY",
            description = "The last permit to state (default: none, as after an agent's start).")
    private @Nullable String last;

    @Option(
            names = "--unit",
            paramLabel = "CPUS:MEMORY",
            description = "The compute unit (default: 0.25:1GiB).")
    private @Nullable String unit;

    @Option(
            names = "--urgent",
            description = "State that resources are short already; the original's ignores it.")
    private boolean urgent;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SchedulerRequest request = request();
        HostPort scheduler = scheduler();
        try (var http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create("http://" + scheduler + "/"))
                                    .header("Content-Type", "application/json")
                                    .timeout(TIMEOUT)
                                    .POST(BodyPublishers.ofString(SchedulerCodec.encode(request)))
                                    .build(),
                            BodyHandlers.limiting(
                                    BodyHandlers.ofString(), SchedulerCodec.MAX_CHARACTERS));
            if (response.statusCode() != 200)
                return failed(
                        "the scheduler at %s answers with status %d: %s"
                                .formatted(
                                        scheduler,
                                        response.statusCode(),
                                        response.body().strip().lines().findFirst().orElse("")));
            return print(request.wanted(), SchedulerCodec.decodeAnswer(response.body()));
        } catch (SchedulerFormatException e) {
            return failed("the scheduler sent an invalid permit: " + e.getMessage());
        } catch (IOException e) {
            return failed(
                    "cannot ask the scheduler at " + scheduler + ": " + ConnectFailures.reason(e));
        }
    }

    private int print(Resources wanted, SchedulerResponse answer) {
        boolean all = answer.permit().covers(wanted);
        if (json)
            System.out.println(
                    Json.object()
                            .with(
                                    "permit",
                                    Json.object()
                                            .with(
                                                    "cpus",
                                                    new Json.Num("" + answer.permit().vcpus()))
                                            .with("memory_bytes", answer.permit().memory().value()))
                            .with("all", all)
                            .with("moves", answer.moves())
                            .compact());
        else
            System.out.println(
                    "%s %s%s"
                            .formatted(
                                    all ? "permitted:" : "permitted only",
                                    answer.permit().text(),
                                    answer.moves() ? "; the VM is being moved" : ""));
        return all ? 0 : LESS;
    }

    private SchedulerRequest request() {
        int slash = vm.indexOf('/');
        String namespace = vm.substring(0, Math.max(0, slash));
        String pod = vm.substring(slash + 1);
        if (namespace.isEmpty()
                || pod.isEmpty()
                || pod.contains("/")
                || namespace.length() > MAX_NAME
                || pod.length() > MAX_NAME)
            throw wrong("--vm must be NAMESPACE/POD, such as shop/db-0");
        ComputeUnit step = ComputeUnit.DEFAULT;
        if (unit != null) {
            Resources each = parsed("--unit", unit);
            if (each.vcpus() < 0.001) throw wrong("--unit needs at least 0.001 CPUs");
            step = new ComputeUnit(each.vcpus(), each.memory());
        }
        return new SchedulerRequest(
                namespace,
                pod,
                step,
                parsed("--size", size),
                Optional.ofNullable(last).map(it -> parsed("--last", it)),
                OptionalDouble.empty(),
                urgent);
    }

    private HostPort scheduler() {
        boolean bare = !address.contains(":") || address.endsWith("]");
        String text = bare ? address + ":" + PORT : address;
        return switch (SettingType.hostPort().parser().apply(text)) {
            case ParseResult.Valid<HostPort>(HostPort where) -> where;
            case ParseResult.Invalid<HostPort>(String why) ->
                    throw wrong("--address: \"" + address + "\" " + why);
        };
    }

    private Resources parsed(String option, String text) {
        return SizeParser.parse(text)
                .orElseThrow(() -> wrong(option + " must be CPUS:MEMORY, such as 2:8GiB"));
    }

    private static int failed(String why) {
        System.err.println("elastigres scheduler ask: " + why);
        return 1;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
