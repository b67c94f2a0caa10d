package dev.elastigres.inspect.init;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.agent.HostSize;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
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
        footer = {"elastigres init", "elastigres init --out /etc/elastigres/agent.toml"})
public final class InitCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write; - is standard output (default: elastigres.toml).")
    private String out = "elastigres.toml";

    @Option(names = "--force", description = "Replace an existing file.")
    private boolean force;

    @Spec private CommandSpec spec;

    public InitCommand() {}

    @Override
    public Integer call() {
        HostSurvey survey = HostSurvey.of(Path.of("/proc"), XdgFolders.from(System.getenv()).vms());
        try {
            String toml = new SettingsDraft(survey, HostSize.read()).toml();
            if (out.equals("-")) System.out.print(toml);
            else write(Path.of(out), toml);
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
        System.out.printf(
                "%s is written. Next: elastigres agent --config %s, and elastigres top%n",
                file, file);
    }

    private int fail(String problem) {
        System.err.println(spec.qualifiedName() + ": " + problem);
        return 1;
    }
}
