package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.process.Program;
import dev.elastigres.vm.state.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Somebody's cluster, by a file of theirs. Its nodes pull the official image of Postgres. What
/// is made there stays until its namespace is deleted.
///
/// @param home a folder for what is written meanwhile
record OwnCluster(Path kubeconfig, Path program, Path home) implements LabCluster {
    /// Names the file; without it the lab has a cluster of its own.
    static final String VARIABLE = "ELASTIGRES_KUBECONFIG";

    /// Names another image with Postgres' own entry point.
    private static final String IMAGE = "ELASTIGRES_POSTGRES_IMAGE";

    static Optional<OwnCluster> named() throws Exception {
        String file = System.getenv().getOrDefault(VARIABLE, "");
        if (file.isBlank()) return Optional.empty();
        Path program =
                Program.find("kubectl")
                        .orElseThrow(
                                () -> new AssertionError(VARIABLE + " needs kubectl on the path"));
        return Optional.of(
                new OwnCluster(
                        Path.of(file), program, Files.createTempDirectory("lab-kubernetes")));
    }

    @Override
    public Kubectl kubectl() {
        return kubectl(kubeconfig);
    }

    private Kubectl kubectl(Path file) {
        return new Kubectl(program, file, home.resolve("cache"));
    }

    /// Their file, with the account's token in place of their own rights.
    @Override
    public Kubectl kubectl(String namespace, String account) throws Exception {
        String token =
                kubectl().run("create", "token", account, "--namespace=" + namespace).strip();
        Path file = home.resolve(namespace + "-" + account + ".kubeconfig");
        Files.writeString(file, kubectl().run("config", "view", "--minify", "--flatten", "--raw"));
        Kubectl own = kubectl(file);
        own.run("config", "set-credentials", "lab", "--token=" + token);
        own.run("config", "set-context", "--current", "--user=lab", "--namespace=" + namespace);
        return own;
    }

    @Override
    public String placement() {
        return "";
    }

    @Override
    public String postgres(int port) {
        return """
        image: %s
        env:
        - {name: PGPORT, value: "%d"}
        - {name: POSTGRES_PASSWORD, value: lab}
        - {name: PGUSER, value: postgres}
        """
                .formatted(System.getenv().getOrDefault(IMAGE, "postgres:17"), port);
    }

    @Override
    public String exec(Pod pod, List<String> command) throws Exception {
        var words =
                new ArrayList<>(
                        List.of("exec", pod.name(), "--namespace=" + pod.namespace(), "--"));
        words.addAll(command);
        return kubectl().run(words.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        FileTrees.delete(home);
    }
}
