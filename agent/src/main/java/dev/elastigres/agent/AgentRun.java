package dev.elastigres.agent;

import dev.elastigres.agent.billing.EventsFile;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.JavaLogging;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.service.ServiceManager;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// One run of the agent with valid settings.
///
/// @param host the size of this host
/// @param platforms the platforms that `settings` can choose
record AgentRun(
        Settings settings, Resources host, Platforms platforms, Map<String, String> environment) {
    private static final Duration LOG_DRAIN_TIMEOUT = Duration.ofMillis(200);

    /// Runs the agent until the process is stopped.
    ///
    /// @param again reads the settings anew
    int run(ConfigReloader.ConfigSource again)
            throws AgentStartException, ListenException, InterruptedException {
        var table = new AgentSettings(host, platforms);
        AgentConfig config = table.config(settings);
        Log log = Log.toStderr(config.logFormat(), config.logLevel(), environment);
        JavaLogging.redirectTo(log);
        try (Agent agent = Agent.start(config, platform(config, log), log);
                var reloader =
                        new ConfigReloader(
                                        settings,
                                        table,
                                        again,
                                        agent::apply,
                                        agent::settingsProblem,
                                        agent::notes,
                                        agent.meters(),
                                        log)
                                .start()) {
            agent.showSettings(
                    vm -> table.describe(reloader.current(), vm),
                    (vm, given) -> table.rulesWith(reloader.current(), vm, given));
            Thread atEnd = Thread.ofPlatform().unstarted(() -> stop(agent, log));
            Runtime.getRuntime().addShutdownHook(atEnd);
            agent.logStart(log);
            // Standard output carries nothing else when events are written to it.
            if (!config.events().equals(Optional.of(EventsFile.STDOUT)))
                System.out.println("pages on " + agent.address());
            ServiceManager.find(environment, log).ifPresent(it -> it.ready(agent::isHealthy));
            // Only the shutdown hook ends this wait, together with the process.
            new CountDownLatch(1).await();
            return 0;
        } finally {
            log.drain(LOG_DRAIN_TIMEOUT);
        }
    }

    private Platform platform(AgentConfig config, Log log)
            throws AgentStartException, InterruptedException {
        var start =
                new Platform.PlatformContext(
                        host, config.dryRun(), environment, identity(config), log);
        return platforms.chosen(settings).open(settings, start);
    }

    /// Returns the text by which other agents name this one.
    private static String identity(AgentConfig config) {
        long process = ProcessHandle.current().pid();
        return "process "
                + process
                + (config.address().port() == 0 ? "" : ", whose pages are on " + config.address());
    }

    /// Stops the agent with exit code 0: a requested stop is no failure, whichever signal requested
    /// it.
    private static void stop(Agent agent, Log log) {
        log.info("stopping");
        agent.close();
        log.drain(LOG_DRAIN_TIMEOUT);
        Runtime.getRuntime().halt(0);
    }
}
