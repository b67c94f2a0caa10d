package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.FakeHost;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetPageTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    @Test
    void showsTheVmsOfAFleetWithoutAnAgent() throws Exception {
        var host = new FakeHost();
        host.boot(
                "db", "1", 2, VmEndpoints.at(Optional.empty(), Optional.empty(), Optional.empty()));
        var budget =
                new BudgetRules(
                        UNIT.times(8), Resources.ZERO, UNIT.times(1), BudgetRules.WISH_COUNTS);
        var rules = new VmRules(UNIT, Optional.empty(), Optional.empty(), ScalingRules.ELASTIGRES);
        Log log =
                Log.to(
                        OutputStream.nullOutputStream(),
                        LogFormat.TEXT,
                        LogLevel.ERROR,
                        Clock.systemUTC());
        try (var permits = new HostBudget(budget);
                var page = new FleetPage(host, permits, budget);
                var fleet =
                        new VmFleet(host, permits, _ -> rules, PollingConfig.DEFAULT, page, log);
                var client = HttpClient.newHttpClient()) {
            page.show(fleet);
            fleet.start();
            var stream =
                    client.send(
                            HttpRequest.newBuilder(URI.create(page.url() + "stream")).build(),
                            BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
                // The VM is there as soon as its size was read.
                assertThat(lines.lines().filter(it -> it.contains("\"name\":\"db\"")).findFirst())
                        .get()
                        .asString()
                        .contains("\"size\":{\"cpus\":0.5,");
            }
            client.shutdownNow();
        }
    }
}
