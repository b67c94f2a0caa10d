package dev.elastigres.cli.recommend;

import dev.elastigres.agent.pages.MetricsPageException;
import dev.elastigres.cli.rules.GoalOptions;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.recommend.RecommendationRequest;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Prints the size that given metrics call for, and why, without a VM or an agent.
@Command(
        name = "recommend",
        description = {
            "Compute the size that some metrics call for, with the reason.",
            "",
            "The metrics come from two saved pages (--host, --cache), from the pages of a live VM"
                    + " (--monitor), or from standard input as lines of JSON:",
            "",
            "  {\"id\":1,\"host\":{\"load1\":0.4,\"load5\":0.9,\"memory_total_bytes\":...,",
            "  \"memory_available_bytes\":...,\"memory_cached_bytes\":...},\"windows\":[...],",
            "  \"compute_unit\":{\"cpu\":0.25,\"mem\":1073741824},\"config\":{...}}",
            "",
            "Exit codes: 0 success, 1 some input could not be read, 2 wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres recommend --monitor 127.0.0.1:9100",
            "elastigres recommend --host host.txt --cache cache.txt --lfc"
        })
public final class RecommendCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;
    private static final int DEFAULT_PORT = 9100;

    @Mixin private GoalOptions options = new GoalOptions();

    @Option(names = "--host", paramLabel = "FILE", description = "A saved page with host_load1 ...")
    private @Nullable Path host;

    @Option(
            names = "--cache",
            paramLabel = "FILE",
            description = "A saved page with lfc_approximate_working_set_size_windows.")
    private @Nullable Path cache;

    @Option(
            names = "--monitor",
            paramLabel = "HOST[:PORT]",
            description =
                    "A live VM: its pages http://HOST:9100/metrics and, with --lfc, :9499."
                            + " PORT is the port of the host metrics.")
    private @Nullable String monitor;

    @Option(
            names = "--host-port",
            paramLabel = "PORT",
            description = "Port of the live VM's host metrics (default: 9100).")
    private @Nullable Integer hostPort;

    @Option(
            names = "--cache-port",
            paramLabel = "PORT",
            description = "Port of the live VM's cache metrics (default: 9499).")
    private int cachePort = 9499;

    @Option(
            names = "--lfc",
            description = "Include the working set in the goal, also with --rules neon.")
    private boolean lfc;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (monitor != null && (host != null || cache != null))
            throw wrong("--monitor reads the pages itself: leave --host and --cache out");
        if (monitor == null && host == null && cache == null) return answerLines();
        ComputeUnit unit = options.unit();
        Optional<HostPort> page = hostPage();
        Optional<HostPort> cachePage = page.map(this::cachePage);
        try {
            VmMetrics metrics =
                    page.isPresent()
                            ? MetricsInput.live(
                                    page.get(),
                                    lfc ? cachePage : Optional.empty(),
                                    goalRules().cpuUse().isPresent())
                            : MetricsInput.saved(
                                    Optional.ofNullable(host), Optional.ofNullable(cache));
            print(new RecommendationRequest(new Json.Null(), metrics, unit, goalRules()));
            return 0;
        } catch (MetricsPageException e) {
            System.err.println("elastigres recommend: " + CauseChain.chain(e));
            return 1;
        }
    }

    private int answerLines() throws IOException {
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent())
            throw wrong("needs --host FILE, --monitor HOST[:PORT], or JSON on standard input");
        // Standard input belongs to the caller and is not closed.
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return new BatchRecommender(goalRules(), this::print, System.err).answerAll(lines) ? 0 : 1;
    }

    private void print(RecommendationRequest question) {
        if (json) {
            System.out.println(question.answer().compact());
            return;
        }
        String id = question.id() instanceof Json.Null ? "" : question.id().compact() + ": ";
        System.out.println(id + question.goal().text());
    }

    private GoalRules goalRules() {
        GoalRules chosen = options.rules();
        boolean counts = lfc || cache != null;
        if (!counts || chosen.workingSet().isPresent()) return chosen;
        return chosen.with(WorkingSetRules.DEFAULT);
    }

    /// Returns the address of the live VM's first page, if one was given.
    private Optional<HostPort> hostPage() {
        if (monitor == null) return Optional.empty();
        // A bare host, which may be an IPv6 address, contains no port.
        boolean hasPort = monitor.indexOf(':') == monitor.lastIndexOf(':') && monitor.contains(":");
        boolean bracketed = monitor.startsWith("[");
        if (hasPort || (bracketed && !monitor.endsWith("]"))) {
            if (hostPort != null)
                throw wrong("--monitor has a port already: leave --host-port out");
            return Optional.of(parsed(monitor));
        }
        String host = monitor.contains(":") && !bracketed ? "[" + monitor + "]" : monitor;
        return Optional.of(parsed(host + ":" + (hostPort == null ? DEFAULT_PORT : hostPort)));
    }

    private HostPort cachePage(HostPort page) {
        if (cachePort < 1 || cachePort > MAX_PORT)
            throw wrong("--cache-port: " + cachePort + " is not a port: give 1 to " + MAX_PORT);
        return new HostPort(page.host(), cachePort);
    }

    private HostPort parsed(String text) {
        return switch (SettingType.hostPort().parser().apply(text)) {
            case ParseResult.Valid<HostPort>(HostPort where) -> where;
            case ParseResult.Invalid<HostPort>(String why) ->
                    throw wrong("--monitor: \"" + text + "\" " + why);
        };
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
