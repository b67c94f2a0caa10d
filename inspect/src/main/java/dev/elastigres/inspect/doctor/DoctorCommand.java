package dev.elastigres.inspect.doctor;

import dev.elastigres.host.terminal.Terminal;
import dev.elastigres.host.terminal.TerminalSize;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `elastigres doctor`: checks whether this host can run Elastigres.
@Command(
        name = "doctor",
        description = {
            "Check what works on this host and what does not: programs, QEMU and KVM, cgroup v2,"
                    + " memory pressure, ports, limits, and the cgroups of running Postgres"
                    + " servers. Each problem is printed with its remedy. Changes nothing but the cached result of the KVM test.",
            "",
            "Exit codes: 0 VMs or cgroups can be scaled here (with --for: what it names), 1 not,"
                    + " 2 wrong usage."
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres doctor", "elastigres doctor --for cgroup --json"})
public final class DoctorCommand implements Callable<Integer> {
    /// Drivers of the agent.
    enum HostUse {
        vm,
        cgroup
    }

    @Option(
            names = "--for",
            paramLabel = "USE",
            description = "vm or cgroup: check for this use of the host only.")
    private @Nullable HostUse use;

    @Option(
            names = "--path.cgroup",
            paramLabel = "DIR",
            description = "Root of the cgroup v2 hierarchy (default: /sys/fs/cgroup).")
    private Path cgroupRoot = Path.of("/sys/fs/cgroup");

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    public DoctorCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        DoctorReport report = report(Path.of("/proc"), XdgFolders.from(System.getenv()));
        if (json) System.out.println(report.json().pretty());
        else report.lines(text()).forEach(System.out::println);
        return isUsable(report) ? 0 : 1;
    }

    private static TerminalText text() {
        Optional<Terminal> terminal =
                Terminal.find(new TerminalSize(1, 1), System.getenv(), System.out.charset());
        return terminal.map(it -> it.text(Duration.ZERO))
                .orElseGet(() -> new TerminalText(Integer.MAX_VALUE, false, false));
    }

    private DoctorReport report(Path proc, XdgFolders folders) throws InterruptedException {
        var checks = new ArrayList<DoctorCheck>(new SystemChecks(proc, folders).run());
        if (use != HostUse.cgroup) checks.addAll(new VmChecks(folders).run());
        if (use != HostUse.vm) {
            checks.addAll(new CgroupChecks(cgroupRoot, proc).run());
            checks.addAll(new PostgresChecks(cgroupRoot, proc).run());
        }
        checks.addAll(PortChecks.DEFAULT.run());
        return new DoctorReport(
                checks.stream()
                        .filter(it -> use != HostUse.cgroup || it.topic() != CheckTopic.VM)
                        .toList());
    }

    private boolean isUsable(DoctorReport report) {
        List<CheckTopic> uses =
                switch (use) {
                    case null -> List.of(CheckTopic.VM, CheckTopic.CGROUP);
                    case vm -> List.of(CheckTopic.VM);
                    case cgroup -> List.of(CheckTopic.CGROUP);
                };
        return uses.stream().anyMatch(it -> report.isUsable(Set.of(CheckTopic.HOST, it)));
    }
}
