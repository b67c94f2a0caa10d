package dev.elastigres.inspect.kubectl;

import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.node.AgentCommand;
import dev.elastigres.node.CommandLines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Explains the size of a pod as `elastigres agent explain` does on the pod's node. It finds the
/// agent of the node, and reads its pages through a port-forward.
@Command(
        name = "explain",
        description = {
            "Print in one sentence why a pod has its size, as `elastigres agent explain` does on"
                    + " the pod's node.",
            "",
            "Needs kubectl, and the rights to get the pod, and to get and list pods and to create"
                    + " pods/portforward in the namespace of Elastigres.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres kubectl explain db/postgres-0",
            "elastigres kubectl explain -n db --since 2h postgres-0",
            "elastigres kubectl explain --context prod db/postgres-0"
        })
final class PodExplainCommand implements Callable<Integer> {
    private static final Pattern POD =
            Pattern.compile("(?:([a-z0-9][-a-z0-9]{0,62})/)?([a-z0-9][-a-z0-9.]{0,252})");
    private static final String AGENTS = "--selector=app.kubernetes.io/name=elastigres";

    /// Name of the port of the agent's pages, and of its container.
    private static final String AGENT = "agent";

    @Parameters(paramLabel = "[NAMESPACE/]POD", description = "Name of the pod.")
    private String pod = "";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace of the pod (default: that of the kubeconfig).")
    private @Nullable String namespace;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "How far to look back, such as 10m or 2h; at most 24h.")
    private @Nullable String since;

    @Option(
            names = "--agent-namespace",
            paramLabel = "NAME",
            description = "Namespace of Elastigres (default: elastigres).")
    private String agentNamespace = "elastigres";

    @Option(names = "--context", paramLabel = "NAME", description = "Context of the kubeconfig.")
    private @Nullable String context;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "The kubeconfig.")
    private @Nullable String kubeconfig;

    @Option(
            names = "--kubectl",
            paramLabel = "FILE",
            description = "The kubectl program (default: kubectl of the PATH).")
    private String program = "kubectl";

    @Spec private CommandSpec command;

    PodExplainCommand() {}

    /// A pod and its node.
    private record PodLocation(String namespace, String name, String node) {}

    @Override
    public Integer call() throws InterruptedException {
        Matcher parts = POD.matcher(pod);
        if (!parts.matches())
            throw new ParameterException(
                    command.commandLine(), "\"%s\" is not [NAMESPACE/]POD".formatted(pod));
        if (parts.group(1) != null && namespace != null)
            throw new ParameterException(
                    command.commandLine(),
                    "give the namespace once: in %s or by -n".formatted(pod));
        String where = parts.group(1) == null ? namespace : parts.group(1);
        try {
            KubectlProgram kubectl = kubectl();
            PodLocation placed = find(kubectl, where, parts.group(2));
            String agent = agentOf(kubectl, placed.node);
            try (var forward = PodPortForward.open(kubectl, agentNamespace, agent, AGENT)) {
                return explain(placed, forward.address());
            }
        } catch (KubectlException e) {
            System.err.println(command.qualifiedName() + ": " + CauseChain.chain(e));
            return 1;
        }
    }

    private KubectlProgram kubectl() {
        var flags = new ArrayList<String>();
        if (context != null) flags.add("--context=" + context);
        if (kubeconfig != null) flags.add("--kubeconfig=" + kubeconfig);
        return new KubectlProgram(program, flags);
    }

    private static PodLocation find(KubectlProgram kubectl, @Nullable String where, String name)
            throws KubectlException, InterruptedException {
        var arguments = new ArrayList<>(List.of("pod", name));
        if (where != null) arguments.add("--namespace=" + where);
        List<String> found =
                kubectl.get(
                        List.of("{.metadata.namespace}", "{.spec.nodeName}"),
                        arguments.toArray(String[]::new));
        var placed = new PodLocation(found.getFirst(), name, found.getLast());
        if (placed.node.isEmpty())
            throw new KubectlException(
                    "the pod %s/%s is on no node yet".formatted(placed.namespace, name));
        return placed;
    }

    private String agentOf(KubectlProgram kubectl, String node)
            throws KubectlException, InterruptedException {
        List<List<String>> agents =
                kubectl.list(
                        List.of("{.metadata.name}"),
                        "pods",
                        "--namespace=" + agentNamespace,
                        AGENTS,
                        "--field-selector=status.phase=Running,spec.nodeName=" + node);
        if (agents.isEmpty())
            throw new KubectlException(
                    "no agent runs on the node %s in the namespace %s; see --agent-namespace"
                            .formatted(node, agentNamespace));
        return agents.getFirst().getFirst();
    }

    /// Runs `elastigres agent explain`.
    private int explain(PodLocation placed, String address) {
        var arguments = new ArrayList<>(List.of("explain", "--address", address));
        if (since != null) arguments.addAll(List.of("--since", since));
        arguments.add(placed.namespace + "/" + placed.name);
        return CommandLines.of(new AgentCommand())
                .setCommandName("elastigres agent")
                .execute(arguments.toArray(String[]::new));
    }
}
