package dev.elastigres.node;

import dev.elastigres.daemon.log.CauseChain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// A command that queries a running agent. It prints the answer, or one line with the reason of a
/// failure.
public abstract class AgentQuery implements Callable<Integer> {
    @Mixin private AgentClient client = new AgentClient();

    @Spec private CommandSpec spec;

    protected AgentQuery() {}

    protected abstract void run(AgentClient client)
            throws AgentQueryException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        // The parser leaves unknown arguments to the daemon, but this command starts none.
        List<String> unknown = spec.commandLine().getUnmatchedArguments();
        if (!unknown.isEmpty()) throw new UnmatchedArgumentException(spec.commandLine(), unknown);
        try {
            run(client);
            return 0;
        } catch (AgentQueryException e) {
            System.err.println(spec.qualifiedName() + ": " + CauseChain.chain(e));
            return 1;
        }
    }
}
