package dev.elastigres.reclaimer;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Invocation.Help;
import dev.elastigres.daemon.settings.Invocation.PrintConfig;
import dev.elastigres.daemon.settings.Invocation.Run;
import dev.elastigres.daemon.settings.Invocation.Version;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `elastigres-reclaimer`: frees page cache of watched containers on request of the node's agent.
public final class Main {
    private static final Setting<Path> SOCKET =
            Setting.of("socket", SettingType.path(), "Socket for requests of this node's agent")
                    .advice(
                            "Must be the agent's pods.reclaimer, in a folder of their own: the socket is"
                                    + " recreated at each start, and only the owner of the watch list may"
                                    + " connect.")
                    .placeholder("FILE")
                    .or("/run/elastigres-reclaimer/reclaimer.sock");
    private static final Setting<Path> WATCH_LIST =
            Setting.of(
                            "watch-list",
                            SettingType.path(),
                            "Watch list file with the containers whose page cache may be freed")
                    .advice(
                            "The agent writes it into the folder of its pods.reclaimer. While it is missing,"
                                    + " every request is refused.")
                    .placeholder("FILE")
                    .or("/run/elastigres-reclaimer/pods.json");
    private static final Setting<Path> CGROUPS =
            Setting.of("path.cgroup", SettingType.path(), "Root of the cgroup v2 hierarchy")
                    .advice(
                            "Must be the host's, mounted with write permission: memory.reclaim of the"
                                    + " containers is written below it.")
                    .placeholder("DIR")
                    .or("/sys/fs/cgroup");
    private static final Setting<Path> MEMINFO =
            Setting.of(
                            "path.meminfo",
                            SettingType.path(),
                            "File that shows whether the node has swap")
                    .advice(
                            "Must be the host's: on a node with swap, only page cache is requested, which"
                                    + " needs Linux 6.8 or newer.")
                    .placeholder("FILE")
                    .or("/proc/meminfo");
    private static final Duration LOG_DRAIN_TIMEOUT = Duration.ofMillis(200);

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv()));
    }

    /// Runs until it is stopped.
    ///
    /// @return the exit code: 0 after a requested stop, 1 if it cannot run, 2 for wrong usage
    public static int run(List<String> args, Map<String, String> environment) {
        try {
            Invocation wanted = settings().read(args, environment);
            return switch (wanted) {
                case Run(Settings settings) -> serve(settings, environment);
                case Help(String text) -> print(text);
                case Version() -> print("elastigres-reclaimer " + BuildVersion.of(Main.class));
                case PrintConfig(String toml) -> print(toml);
            };
        } catch (UsageException e) {
            e.problems().forEach(it -> System.err.println("elastigres-reclaimer: " + it));
            return 2;
        }
    }

    /// Returns the settings of the reclaimer.
    public static SettingTable settings() {
        return SettingTable.of("elastigres-reclaimer")
                .examples("elastigres-reclaimer --socket /run/elastigres-reclaimer/reclaimer.sock")
                .group("Main", SOCKET, WATCH_LIST, CGROUPS, MEMINFO)
                .group("Log", LogSettings.FORMAT, LogSettings.LEVEL);
    }

    private static int print(String text) {
        System.out.println(text);
        return 0;
    }

    private static int serve(Settings settings, Map<String, String> environment) {
        Log log =
                Log.toStderr(
                        settings.get(LogSettings.FORMAT),
                        settings.get(LogSettings.LEVEL),
                        environment);
        Path socket = settings.get(SOCKET);
        try (ReclaimServer server =
                ReclaimServer.start(
                        socket,
                        settings.get(WATCH_LIST),
                        settings.get(CGROUPS),
                        settings.get(MEMINFO),
                        log)) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(log)));
            System.out.println("listening on " + socket);
            server.run();
            return 0;
        } catch (IOException e) {
            System.err.println(
                    "elastigres-reclaimer: cannot listen on " + socket + ": " + e.getMessage());
            return 1;
        } catch (InterruptedException _) {
            return 1;
        } finally {
            log.drain(LOG_DRAIN_TIMEOUT);
        }
    }

    /// Exits with 0, whichever signal requested the stop: a requested stop is no failure.
    private static void stop(Log log) {
        log.info("stopping");
        log.drain(LOG_DRAIN_TIMEOUT);
        Runtime.getRuntime().halt(0);
    }
}
