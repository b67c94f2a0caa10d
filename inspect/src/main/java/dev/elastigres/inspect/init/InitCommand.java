package dev.elastigres.inspect.init;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.agent.HostSize;
import dev.elastigres.agent.driver.CgroupDiagnosis;
import dev.elastigres.inspect.server.RunningPostgres;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `elastigres init`: writes a first settings file for the agent of this host.
@Command(
        name = "init",
        description = {
            "Write a commented settings file for an agent on this host. It names the Postgres servers"
                    + " that run here in systemd units and in containers of Docker or Podman, or else"
                    + " this user's VMs. With it the agent only recommends sizes, until its line"
                    + " dry-run is deleted.",
            "",
            "Exit codes: 0 written, 1 the file exists or cannot be written, 2 wrong usage."
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres init", "elastigres init --out agent.toml --monitors monitors"})
public final class InitCommand implements Callable<Integer> {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write; - is standard output (default: elastigres.toml).")
    private String out = "elastigres.toml";

    @Option(
            names = "--monitors",
            paramLabel = "FOLDER",
            description =
                    "Folder for the settings of a monitor of each Postgres server, for the units"
                            + " elastigres-monitor@NAME of the Debian package.")
    private @Nullable Path monitors;

    @Option(names = "--force", description = "Replace existing files.")
    private boolean force;

    @Spec private CommandSpec spec;

    public InitCommand() {}

    @Override
    public Integer call() {
        HostSurvey survey = HostSurvey.of(Path.of("/proc"), XdgFolders.from(System.getenv()).vms());
        try {
            var draft = new SettingsDraft(survey, HostSize.read(), monitors != null);
            if (out.equals("-")) System.out.print(draft.toml());
            else write(Path.of(out), draft.toml());
            List<String> units = monitors == null ? List.of() : writeMonitors(monitors, draft);
            if (!out.equals("-")) {
                for (RunningPostgres each : survey.servers())
                    CgroupDiagnosis.limitProblem(CGROUPS.resolve(each.cgroup().orElseThrow()))
                            .ifPresent(System.out::println);
                printNextSteps(units);
            }
            return 0;
        } catch (FileAlreadyExistsException e) {
            return fail(e.getFile() + " exists; --force replaces it");
        } catch (NoSuchFileException e) {
            return fail("there is no folder for " + e.getFile());
        } catch (AgentStartException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return fail("cannot write " + out + ": " + e.getMessage());
        }
    }

    private void write(Path file, String toml) throws IOException {
        if (force) Files.writeString(file, toml);
        else Files.writeString(file, toml, StandardOpenOption.CREATE_NEW);
        System.out.println(file + " is written.");
    }

    /// Returns the units of the monitors.
    private List<String> writeMonitors(Path folder, SettingsDraft draft) throws IOException {
        Files.createDirectories(folder);
        var units = new ArrayList<String>();
        for (var each : draft.monitors().entrySet()) {
            write(folder.resolve(each.getKey() + ".conf"), each.getValue());
            units.add("elastigres-monitor@" + each.getKey());
        }
        return units;
    }

    private void printNextSteps(List<String> units) {
        if (monitors == null)
            System.out.printf("Next: elastigres agent --config %s, and elastigres top%n", out);
        else {
            System.out.println("Next:");
            if (!units.isEmpty())
                System.out.println("  systemctl enable --now " + String.join(" ", units));
            System.out.println("  systemctl restart elastigres-agent");
            System.out.println("  elastigres top");
        }
    }

    private int fail(String problem) {
        System.err.println(spec.qualifiedName() + ": " + problem);
        return 1;
    }
}
