package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.Machines.Groups;
import dev.elastigres.agent.AgentConfig.Machines.Pods;
import dev.elastigres.agent.AgentConfig.Machines.Qemu;
import dev.elastigres.agent.billing.EventsFile;
import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.VmDriver;
import dev.elastigres.agent.platform.Plain;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.JavaLogging;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.service.ServiceManager;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.state.Folders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// One run of the agent, with settings that are sound.
///
/// @param host what it has
/// @param pods makes the platform of Kubernetes
record Serving(
        Settings settings,
        Resources host,
        Optional<Platform.Provider> pods,
        Map<String, String> environment) {
    private static final Duration LAST_WORDS = Duration.ofMillis(200);
    private static final Path PROCFS = Path.of("/proc");

    /// Returns the exit code once it was told to stop.
    ///
    /// @param again reads the settings again
    int run(Reload.Reading again) throws StartException, ListenException, InterruptedException {
        AgentConfig config = AgentSettings.config(settings, host);
        Log log = Log.toStderr(config.logFormat(), config.logLevel(), environment);
        JavaLogging.redirectTo(log);
        try (Agent agent = Agent.start(config, platform(config, log), log);
                var _ =
                        new Reload(settings, host, again, agent::apply, agent.meters(), log)
                                .start()) {
            Thread atEnd = Thread.ofPlatform().unstarted(() -> stop(agent, log));
            Runtime.getRuntime().addShutdownHook(atEnd);
            agent.tell(log);
            // Where events go, nothing else does.
            if (!config.events().equals(Optional.of(EventsFile.STDOUT)))
                System.out.println("pages on " + agent.address());
            ServiceManager.find(environment, log).ifPresent(it -> it.ready(agent::isWell));
            // Only the hook ends it, and the process with it.
            new CountDownLatch(1).await();
            return 0;
        } finally {
            log.drain(LAST_WORDS);
        }
    }

    private Platform platform(AgentConfig config, Log log)
            throws StartException, InterruptedException {
        return switch (config.machines()) {
            case Qemu() ->
                    new Plain(new VmDriver(new Machines(Folders.from(environment), _ -> {})));
            case Groups(var cgroups) -> new Plain(new CgroupDriver(cgroups, PROCFS));
            case Pods() -> pods.orElseThrow().open(settings, config.dryRun(), log);
        };
    }

    /// A daemon that is told to stop and does has not failed, whatever signal told it.
    private static void stop(Agent agent, Log log) {
        log.info("stopping");
        agent.close();
        log.drain(LAST_WORDS);
        Runtime.getRuntime().halt(0);
    }
}
