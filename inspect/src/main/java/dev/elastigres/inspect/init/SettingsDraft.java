package dev.elastigres.inspect.init;

import dev.elastigres.core.units.Resources;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.inspect.server.RunningPostgres;
import dev.elastigres.vm.qemu.ShellQuoting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A commented settings file of an agent that only recommends sizes.
///
/// @param survey what was found on the host
/// @param host size of the host
/// @param ownUnits whether each monitor runs in the unit `elastigres-monitor@NAME` of systemd
record SettingsDraft(HostSurvey survey, Resources host, boolean ownUnits) {
    private static final int MONITOR = 10301;
    private static final int HOST_METRICS = 9100;
    private static final int CACHE_METRICS = 9499;

    /// Number of digits that identify a container in its name here.
    private static final int SHORT_ID = 12;

    private static final Pattern UNIT =
            Pattern.compile("(?:.*/)?(?:postgresql@)?([^/]+)\\.service");
    /// Podman with crun runs the processes in a cgroup below the container's scope.
    private static final Pattern CONTAINER =
            Pattern.compile(
                    "(?:.*/)?(docker|libpod)[-/]([0-9a-f]{12,64})(?:\\.scope)?(?:/container)?");

    /// Returns the settings file, in TOML.
    String toml() {
        var lines = new ArrayList<String>();
        lines.add("# Settings of autoscaler-agent, written by `elastigres init`. Start it with:");
        lines.add("#   elastigres agent --config FILE");
        lines.add("# `elastigres top` shows the sizes, and the sizes that it recommends.");
        lines.add("");
        lines.add(
                "# Recommend sizes and change nothing. Delete this line to let the agent resize.");
        lines.add("dry-run = true");
        lines.add("");
        if (survey.servers().isEmpty()) addVms(lines);
        else addCgroups(lines);
        lines.add("");
        lines.add(
                "# Rules and limits. The defaults are shown; `elastigres agent --help=all` explains all settings.");
        lines.add("# min-cpus = 0.25");
        lines.add("# min-memory = \"1GiB\"");
        lines.add(
                "# max-cpus = %s   # this host has %s"
                        .formatted(number(host.vcpus()), host.text()));
        lines.add("# max-memory = \"%dMiB\"".formatted(host.memory().toMebibytes()));
        if (!survey.servers().isEmpty()) addSections(lines);
        for (RunningPostgres each : survey.sharing()) {
            lines.add("");
            lines.add(
                    "# The Postgres with process ID %d cannot be scaled: it shares its cgroup with other"
                            .formatted(each.pid()));
            lines.add("# processes. Start it as a systemd unit or in a container.");
        }
        return String.join("\n", lines) + "\n";
    }

    private void addVms(List<String> lines) {
        lines.add("# Scale this user's VMs.");
        lines.add("driver = \"vm\"");
        lines.add(
                survey.vms().isEmpty()
                        ? "# There is none yet: `elastigres vm create db1 --cpus 1..4 --memory 512M..4G`"
                        : "# There are: " + String.join(", ", survey.vms()));
    }

    private void addCgroups(List<String> lines) {
        lines.add("# Scale the cgroups of the Postgres servers that run on this host.");
        lines.add("driver = \"cgroup\"");
        if (!survey.vms().isEmpty())
            lines.add(
                    "# The VMs %s need another agent, with driver = \"vm\" and another addr."
                            .formatted(String.join(", ", survey.vms())));
    }

    /// A server with the name of its section and the ports of its monitor.
    ///
    /// @param index position in the list, by which its ports differ from those of the others
    private record MonitoredServer(String name, RunningPostgres postgres, int index) {
        String cgroup() {
            return postgres.cgroup().orElseThrow();
        }

        boolean isContainer() {
            return CONTAINER.matcher(cgroup()).matches();
        }

        String monitor() {
            return "127.0.0.1:" + (MONITOR + index);
        }

        String hostMetrics() {
            return "127.0.0.1:" + (HOST_METRICS + index);
        }

        String cacheMetrics() {
            return "127.0.0.1:" + (CACHE_METRICS + index);
        }

        /// Postgres in a container is reached by TCP, another one by the socket of Debian's
        /// packages, where it recognises the monitor's user.
        String connection() {
            return "host=%s port=%s dbname=postgres user=elastigres"
                    .formatted(
                            isContainer() ? "127.0.0.1" : "/var/run/postgresql",
                            postgres.port().isPresent()
                                    ? String.valueOf(postgres.port().getAsInt())
                                    : "5432");
        }
    }

    private List<MonitoredServer> monitored() {
        var all = new ArrayList<MonitoredServer>();
        Set<String> used = new HashSet<>();
        for (RunningPostgres server : survey.servers()) {
            String name = name(server.cgroup().orElseThrow());
            String unique = name;
            for (int number = 2; !used.add(unique); number++) unique = name + "-" + number;
            all.add(new MonitoredServer(unique, server, all.size()));
        }
        return all;
    }

    private void addSections(List<String> lines) {
        for (MonitoredServer server : monitored()) {
            lines.add("");
            server.postgres()
                    .dataDirectory()
                    .ifPresent(
                            it ->
                                    lines.add(
                                            "# Data directory: "
                                                    + TerminalText.printable(it.toString())));
            if (ownUnits)
                lines.add(
                        "# Its monitor: systemctl enable --now elastigres-monitor@"
                                + server.name());
            else addMonitorCommand(server, lines);
            if (server.isContainer())
                lines.add(
                        "# The cgroup's name changes with the container; --cgroup-parent keeps it stable.");
            lines.add("[vm.\"%s\"]".formatted(server.name()));
            lines.add("cgroup = \"%s\"".formatted(quoted(server.cgroup())));
            lines.add("monitor = \"%s\"".formatted(server.monitor()));
            lines.add("host-metrics = \"%s\"".formatted(server.hostMetrics()));
            lines.add("cache-metrics = \"%s\"".formatted(server.cacheMetrics()));
        }
    }

    private static void addMonitorCommand(MonitoredServer server, List<String> lines) {
        lines.add("# Its monitor, which runs beside it:");
        lines.add(
                "#   elastigres monitor --cgroup %s --size-source cgroup --addr %s"
                        .formatted(
                                ShellQuoting.quoted(TerminalText.printable(server.cgroup())),
                                server.monitor()));
        lines.add(
                "#     --metrics.host-addr %s --metrics.cache-addr %s"
                        .formatted(server.hostMetrics(), server.cacheMetrics()));
        lines.add("#     --pgconnstr '%s'".formatted(server.connection()));
    }

    /// Returns the settings file of the monitor of each server, in TOML, by the name of the server.
    SortedMap<String, String> monitors() {
        var files = new TreeMap<String, String>();
        for (MonitoredServer server : monitored())
            files.put(
                    server.name(),
                    """
                    # Settings of the monitor of %1$s, written by `elastigres init`. Start it with:
                    #   systemctl enable --now elastigres-monitor@%1$s
                    addr = "%2$s"
                    cgroup = "%3$s"
                    # The size and the load of Postgres are those of its cgroup, not of the host.
                    size-source = "cgroup"
                    metrics.host-addr = "%4$s"
                    metrics.cache-addr = "%5$s"

                    # The connection by which the monitor adapts the cache settings of Postgres to its
                    # memory. First make the role, in psql as a superuser:
                    # \\i /usr/share/doc/elastigres/monitor-role.sql
                    #pgconnstr = "%6$s"
                    """
                            .formatted(
                                    server.name(),
                                    server.monitor(),
                                    quoted(server.cgroup()),
                                    server.hostMetrics(),
                                    server.cacheMetrics(),
                                    server.connection()));
        return files;
    }

    /// Returns a short name for a cgroup: that of the unit, or of the container engine with the
    /// start of the container's ID.
    static String name(String cgroup) {
        Matcher container = CONTAINER.matcher(cgroup);
        if (container.matches())
            return "%s-%s"
                    .formatted(
                            container.group(1).equals("docker") ? "docker" : "podman",
                            container.group(2).substring(0, SHORT_ID));
        Matcher unit = UNIT.matcher(cgroup);
        String name =
                unit.matches() ? unit.group(1) : cgroup.substring(cgroup.lastIndexOf('/') + 1);
        return name.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static String quoted(String text) {
        return TerminalText.printable(text).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
