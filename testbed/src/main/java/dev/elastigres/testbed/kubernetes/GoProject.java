package dev.elastigres.testbed.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A Go module at one version, and the programs that are built from it.
///
/// @param version without the `v`
/// @param programs each with its package, in the order in which they are built
/// @param staging true for Kubernetes: its module leans on others that lie in its own repository,
///     and that are published apart from it
record GoProject(
        String module, String version, Map<ClusterProgram, String> programs, boolean staging) {
    private static final String KUBERNETES_COMMANDS = "k8s.io/kubernetes/cmd/";
    private static final String VERSION_VARIABLES = "k8s.io/component-base/version.git";

    static final GoProject ETCD =
            new GoProject(
                    "go.etcd.io/etcd/server/v3",
                    "3.6.6",
                    Map.of(ClusterProgram.ETCD, "go.etcd.io/etcd/server/v3"),
                    false);

    static final GoProject KUBERNETES =
            new GoProject(
                    "k8s.io/kubernetes",
                    "1.35.4",
                    List.of(
                                    ClusterProgram.API_SERVER,
                                    ClusterProgram.SCHEDULER,
                                    ClusterProgram.CONTROLLER_MANAGER,
                                    ClusterProgram.KUBECTL,
                                    ClusterProgram.KUBELET)
                            .stream()
                            .collect(
                                    Collectors.toMap(
                                            it -> it, it -> KUBERNETES_COMMANDS + it.file())),
                    true);

    static final GoProject KWOK =
            new GoProject(
                    "sigs.k8s.io/kwok",
                    "0.7.0",
                    Map.of(ClusterProgram.KWOK, "sigs.k8s.io/kwok/cmd/kwok"),
                    false);

    /// All of them, the quickest first: what is wrong with a toolchain shows early.
    static final List<GoProject> ALL = List.of(ETCD, KUBERNETES, KWOK);

    GoProject {
        programs = Map.copyOf(programs);
    }

    /// The project that brings `program`.
    static GoProject of(ClusterProgram program) {
        return ALL.stream()
                .filter(it -> it.programs.containsKey(program))
                .findFirst()
                .orElseThrow();
    }

    String packageOf(ClusterProgram program) {
        return Optional.ofNullable(programs.get(program)).orElseThrow();
    }

    /// The folder of its programs, below that of all: the version alone for Kubernetes itself.
    String folder() {
        return staging ? version : module.split("/", -1)[1] + "-" + version;
    }

    /// The text of a `go.mod` whose tools are these programs.
    /// @param staged the modules that lie in the project's own repository
    String goMod(List<String> staged) {
        var text = new StringBuilder();
        text.append("module elastigres.dev/").append(folder()).append('\n');
        text.append("go ").append(GoToolchain.MIN).append(".0\n");
        programs.values().stream().sorted().forEach(it -> text.append("tool " + it + "\n"));
        text.append("require ").append(module).append(" v").append(version).append('\n');
        // Kubernetes 1.x is v0.x of its parts.
        String parts = "v0" + version.substring(version.indexOf('.'));
        for (String name : staged)
            text.append("replace %1$s => %1$s %2$s\n".formatted(name, parts));
        return text.toString();
    }

    /// What the linker is told: no tables for debuggers, and the version that programs report.
    String linkerFlags() {
        if (!staging) return "-s -w";
        String[] numbers = version.split("\\.", -1);
        return "-s -w -X %1$sVersion=v%2$s -X %1$sMajor=%3$s -X %1$sMinor=%4$s"
                .formatted(VERSION_VARIABLES, version, numbers[0], numbers[1]);
    }
}
