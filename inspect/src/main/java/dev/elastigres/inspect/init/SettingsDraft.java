package dev.elastigres.inspect.init;

import dev.elastigres.core.units.Resources;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.inspect.server.RunningPostgres;
import dev.elastigres.vm.qemu.ShellQuoting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A commented settings file of an agent that only recommends sizes.
///
/// @param survey what was found on the host
/// @param host size of the host
record SettingsDraft(HostSurvey survey, Resources host) {
    private static final int MONITOR = 10301;
    private static final int HOST_METRICS = 9100;
    private static final int CACHE_METRICS = 9499;

    /// Number of digits that identify a container in its name here.
    private static final int SHORT_ID = 12;

    private static final Pattern UNIT =
            Pattern.compile("(?:.*/)?(?:postgresql@)?([^/]+)\\.service");
    private static final Pattern CONTAINER =
            Pattern.compile("(?:.*/)?(docker|libpod)[-/]([0-9a-f]{12,64})(?:\\.scope)?");

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
                "# Rules and limits. The defaults are shown; docs/agent.md explains all settings.");
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

    private void addSections(List<String> lines) {
        Set<String> used = new HashSet<>();
        for (int i = 0; i < survey.servers().size(); i++) {
            RunningPostgres server = survey.servers().get(i);
            String cgroup = server.cgroup().orElseThrow();
            String name = name(cgroup);
            String unique = name;
            for (int number = 2; !used.add(unique); number++) unique = name + "-" + number;
            lines.add("");
            server.dataDirectory()
                    .ifPresent(
                            it ->
                                    lines.add(
                                            "# Data directory: "
                                                    + TerminalText.printable(it.toString())));
            lines.add("# Its monitor, which runs beside it:");
            lines.add(
                    "#   elastigres monitor --cgroup %s --addr 127.0.0.1:%d"
                            .formatted(
                                    ShellQuoting.quoted(TerminalText.printable(cgroup)),
                                    MONITOR + i));
            lines.add(
                    "#     --metrics.host-addr 127.0.0.1:%d --metrics.cache-addr 127.0.0.1:%d"
                            .formatted(HOST_METRICS + i, CACHE_METRICS + i));
            lines.add(
                    "#     --pgconnstr 'host=127.0.0.1 port=%s dbname=postgres user=elastigres'"
                            .formatted(
                                    server.port().isPresent()
                                            ? String.valueOf(server.port().getAsInt())
                                            : "5432"));
            if (CONTAINER.matcher(cgroup).matches())
                lines.add(
                        "# The cgroup's name changes with the container; --cgroup-parent keeps it stable.");
            lines.add("[vm.\"%s\"]".formatted(unique));
            lines.add("cgroup = \"%s\"".formatted(quoted(cgroup)));
            lines.add("monitor = \"127.0.0.1:%d\"".formatted(MONITOR + i));
            lines.add("host-metrics = \"127.0.0.1:%d\"".formatted(HOST_METRICS + i));
            lines.add("cache-metrics = \"127.0.0.1:%d\"".formatted(CACHE_METRICS + i));
        }
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
