package dev.elastigres.testbed.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A Go module of a fixed version, and the programs built from it.
///
/// @param module path of the module
/// @param version version without the `v`
/// @param programs programs with their packages
/// @param staging true for Kubernetes: its module depends on modules in its own repository that are
///     published separately
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

    /// All projects, beginning with the fastest build, so that problems of the toolchain show
    /// early.
    static final List<GoProject> ALL = List.of(ETCD, KUBERNETES, KWOK);

    GoProject {
        programs = Map.copyOf(programs);
    }

    /// Returns the project that contains `program`.
    static GoProject of(ClusterProgram program) {
        return ALL.stream()
                .filter(it -> it.programs.containsKey(program))
                .findFirst()
                .orElseThrow();
    }

    String packageOf(ClusterProgram program) {
        return Optional.ofNullable(programs.get(program)).orElseThrow();
    }

    /// Returns the name of the folder of its programs, below that of all binaries: only the version
    /// for Kubernetes itself.
    String folder() {
        return staging ? version : module.split("/", -1)[1] + "-" + version;
    }

    /// Returns the text of a `go.mod` with these programs as tools.
    ///
    /// @param staged the modules in the project's own repository
    String goMod(List<String> staged) {
        var text = new StringBuilder();
        text.append("module elastigres.dev/").append(folder()).append('\n');
        text.append("go ").append(GoToolchain.MIN).append(".0\n");
        programs.values().stream().sorted().forEach(it -> text.append("tool " + it + "\n"));
        text.append("require ").append(module).append(" v").append(version).append('\n');
        // The modules of Kubernetes 1.x have the versions v0.x.
        String parts = "v0" + version.substring(version.indexOf('.'));
        for (String name : staged)
            text.append("replace %1$s => %1$s %2$s\n".formatted(name, parts));
        return text.toString();
    }

    /// Returns the linker flags: no debug information, and the version that programs report.
    String linkerFlags() {
        if (!staging) return "-s -w";
        String[] numbers = version.split("\\.", -1);
        return "-s -w -X %1$sVersion=v%2$s -X %1$sMajor=%3$s -X %1$sMinor=%4$s"
                .formatted(VERSION_VARIABLES, version, numbers[0], numbers[1]);
    }
}
