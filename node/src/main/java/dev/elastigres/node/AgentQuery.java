package dev.elastigres.node;

import dev.elastigres.daemon.log.CauseChain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// Something that a running agent is asked: its answer, or one line that says why there is none.
abstract class AgentQuery implements Callable<Integer> {
    @Mixin private AgentClient client = new AgentClient();

    @Spec private CommandSpec spec;

    abstract void run(AgentClient client) throws AgentQueryException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        // The daemon takes what the command line does not know, but there is none here.
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
