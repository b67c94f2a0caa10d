package dev.elastigres.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elastigres.daemon.file.FileReadException;
import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.protocol.json.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A command that requests an action on one VM from a running agent. It shows the agent's token,
/// which it reads from a file, so that no process list contains it.
abstract class AgentActionCommand extends AgentQuery {
    /// Variable with the token's file, the same as for the agent.
    static final String TOKEN_VARIABLE = "ELASTIGRES_ACTIONS_TOKEN_FILE";

    private static final int MAX_TOKEN = 4 << 10;

    @Parameters(paramLabel = "VM", description = "Name of the VM.")
    private String vm = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:" + TOKEN_VARIABLE + "}",
            description =
                    "File with the token that the agent expects, as in its setting"
                            + " actions-token-file (default: $ELASTIGRES_ACTIONS_TOKEN_FILE).")
    private @Nullable Path tokenFile;

    @Spec private CommandSpec command;

    /// Returns the request without the name of the VM.
    abstract Json.Obj request();

    /// Prints the agent's answer.
    void print(Json.Obj answer) {
        System.out.println(answer.text("what").orElse(""));
    }

    @Override
    protected final void run(AgentClient client) throws AgentQueryException, InterruptedException {
        print(client.act(request().with("vm", vm), token()));
    }

    private String token() throws AgentQueryException {
        if (tokenFile == null)
            throw new ParameterException(
                    command.commandLine(),
                    "give --token-file FILE, or its name in $" + TOKEN_VARIABLE);
        try {
            String token = new String(SmallFile.read(tokenFile, MAX_TOKEN), US_ASCII).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f))
                throw new AgentQueryException(
                        tokenFile + " has no token: one line of visible ASCII without spaces");
            return token;
        } catch (FileReadException e) {
            throw new AgentQueryException("cannot read the token in " + tokenFile, e);
        }
    }
}
