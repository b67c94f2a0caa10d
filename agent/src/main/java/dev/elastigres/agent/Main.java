package dev.elastigres.agent;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.Invocation.Help;
import dev.elastigres.daemon.settings.Invocation.PrintConfig;
import dev.elastigres.daemon.settings.Invocation.Run;
import dev.elastigres.daemon.settings.Invocation.Version;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.net.BindException;
import java.util.List;
import java.util.Map;

/// The command `elastigres agent`.
public final class Main {
    private static final String TAKEN =
            "; if an agent runs there, `elastigres agent status` shows its state; use --addr for another address";

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv()));
    }

    /// Runs the agent until it is stopped. Returns the exit code: 1 if the agent cannot run, 2 for
    /// invalid usage.
    public static int run(List<String> args, Map<String, String> environment) {
        try {
            Resources host = HostSize.read();
            Platforms platforms = Platforms.find();
            SettingTable table = new AgentSettings(host, platforms).table();
            return switch (table.read(args, environment)) {
                case Help(String text) -> print(text);
                case Version() -> print("elastigres-agent " + BuildVersion.of(Main.class));
                case PrintConfig(String toml) -> print(toml);
                case Run(Settings settings) ->
                        new AgentRun(settings, host, platforms, environment)
                                .run(() -> table.read(args, environment));
            };
        } catch (UsageException e) {
            e.problems().forEach(problem -> System.err.println("elastigres agent: " + problem));
            return 2;
        } catch (ListenException e) {
            boolean taken = e.getCause() instanceof BindException;
            System.err.println("elastigres agent: " + CauseChain.chain(e) + (taken ? TAKEN : ""));
            return 1;
        } catch (AgentStartException e) {
            System.err.println("elastigres agent: " + CauseChain.chain(e));
            return 1;
        } catch (InterruptedException _) {
            return 1;
        }
    }

    /// Returns every flag, long and short.
    public static List<String> flags() {
        return settings().flags();
    }

    /// Returns the settings of the agent and of all platforms, for documentation only.
    public static SettingTable settings() {
        // The size of the host bounds the budget, and changes no setting.
        return new AgentSettings(Resources.ZERO, Platforms.find()).table();
    }

    private static int print(String text) {
        System.out.println(text);
        return 0;
    }
}
