package dev.elastigres.agent;

import dev.elastigres.agent.billing.EventsFile;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.daemon.log.JavaLogging;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.service.ServiceManager;
import dev.elastigres.daemon.settings.Invocation.Help;
import dev.elastigres.daemon.settings.Invocation.PrintConfig;
import dev.elastigres.daemon.settings.Invocation.Run;
import dev.elastigres.daemon.settings.Invocation.Version;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// `elastigres agent`.
public final class Main {
    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv()));
    }

    /// Runs until it is told to stop. Returns the exit code: 1 when it cannot run, 2 for wrong
    /// usage.
    public static int run(List<String> args, Map<String, String> environment) {
        try {
            Resources host = HostSize.look();
            SettingTable table = AgentSettings.table(host);
            return switch (table.read(args, environment)) {
                case Help(String text) -> print(text);
                case Version() -> print("elastigres-agent " + BuildVersion.of(Main.class));
                case PrintConfig(String toml) -> print(toml);
                case Run(Settings settings) ->
                        serve(settings, host, () -> table.read(args, environment), environment);
            };
        } catch (UsageException e) {
            e.problems().forEach(problem -> System.err.println("elastigres agent: " + problem));
            return 2;
        } catch (StartException | ListenException e) {
            System.err.println("elastigres agent: " + Causes.chain(e));
            return 1;
        } catch (InterruptedException _) {
            return 1;
        }
    }

    private static int serve(
            Settings settings,
            Resources host,
            Reload.Reading reading,
            Map<String, String> environment)
            throws StartException, ListenException, InterruptedException {
        AgentConfig config = AgentSettings.config(settings, host);
        Log log = Log.toStderr(config.logFormat(), config.logLevel(), environment);
        JavaLogging.redirectTo(log);
        try (Agent agent = Agent.start(config, environment, log);
                var _ =
                        new Reload(settings, host, reading, agent::apply, agent.meters(), log)
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

    /// A daemon that is told to stop and does has not failed, whatever signal told it.
    private static void stop(Agent agent, Log log) {
        log.info("stopping");
        agent.close();
        log.drain(LAST_WORDS);
        Runtime.getRuntime().halt(0);
    }

    private static int print(String text) {
        System.out.println(text);
        return 0;
    }
}
