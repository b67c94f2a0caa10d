package dev.elastigres.lab.kubernetes;

import dev.elastigres.cluster.Manifests;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// A cluster of the user's, from a kubeconfig file. Its nodes pull the official image of Postgres.
/// Namespaces of tests remain until they are deleted. Agent and monitor are removed at the end,
/// unless they were installed before.
final class ExternalCluster implements LabCluster {
    /// Variable with the kubeconfig file; without it the lab starts its own cluster.
    static final String VARIABLE = "ELASTIGRES_KUBECONFIG";

    /// Variable with the image of agent and monitor.
    private static final String OUR_IMAGE = "ELASTIGRES_IMAGE";

    /// Variable with a Postgres image that has the official entry point.
    private static final String POSTGRES_IMAGE = "ELASTIGRES_POSTGRES_IMAGE";

    /// Variable with the image of an idle container.
    private static final String IDLE_IMAGE = "ELASTIGRES_PAUSE_IMAGE";

    private static final String NODES =
            "--output=jsonpath={range .items[*]}{.metadata.name} {.spec.unschedulable}"
                    + "{.spec.taints[*].effect}{\"\\n\"}{end}";

    private final Path kubeconfig;
    private final Path program;

    /// Folder of temporary files.
    private final Path home;

    private final String node;
    private boolean hasInstalled;

    private ExternalCluster(Path kubeconfig, Path program, Path home) throws TestbedException {
        this.kubeconfig = kubeconfig;
        this.program = program;
        this.home = home;
        node = freeNode();
    }

    static Optional<ExternalCluster> named() throws Exception {
        String file = System.getenv().getOrDefault(VARIABLE, "");
        if (file.isBlank()) return Optional.empty();
        Path program =
                ExternalProgram.find("kubectl")
                        .orElseThrow(
                                () -> new AssertionError(VARIABLE + " needs kubectl on the path"));
        return Optional.of(
                new ExternalCluster(
                        Path.of(file), program, Files.createTempDirectory("lab-kubernetes")));
    }

    /// Returns the first node that accepts any pod.
    private String freeNode() throws TestbedException {
        return kubectl()
                .run("get", "nodes", NODES)
                .lines()
                .filter(it -> it.endsWith(" "))
                .map(String::strip)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node there takes pods"));
    }

    @Override
    public Kubectl kubectl() {
        return kubectl(kubeconfig);
    }

    private Kubectl kubectl(Path file) {
        return new Kubectl(program, file, home.resolve("cache"));
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    /// Writes a copy of the user's kubeconfig with the account's token instead of the user's
    /// credentials.
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
    public String nodeName() {
        return node;
    }

    /// Skips the test if no image of agent and monitor was given.
    @Override
    public String manifests() {
        String image = System.getenv().getOrDefault(OUR_IMAGE, "");
        Assumptions.assumeFalse(
                image.isBlank(),
                () ->
                        "needs agent and monitor in that cluster: install them, or set %s to an image"
                                        .formatted(OUR_IMAGE)
                                + " that its nodes can pull (./elastigres package --push)");
        hasInstalled = true;
        return Manifests.elastigres(image);
    }

    @Override
    public String placement() {
        return """
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms:
              - matchFields: [{key: metadata.name, operator: In, values: [%s]}]
        """
                .formatted(node);
    }

    @Override
    public String idle() {
        return "image: %s\n".formatted(image(IDLE_IMAGE, "registry.k8s.io/pause:3.10"));
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
                .formatted(image(POSTGRES_IMAGE, "postgres:17"), port);
    }

    private static String image(String variable, String otherwise) {
        return System.getenv().getOrDefault(variable, otherwise);
    }

    /// Reads the file inside the container.
    @Override
    public String cgroupFile(LabPod pod, String file) throws Exception {
        return exec(pod, List.of("cat", "/sys/fs/cgroup/" + file)).strip();
    }

    @Override
    public String log(LabPod pod, String container) throws Exception {
        return kubectl()
                .run(
                        "logs",
                        pod.name(),
                        "--namespace=" + pod.namespace(),
                        "--container=" + container);
    }

    @Override
    public String recentLogs() {
        return "";
    }

    @Override
    public void close() throws IOException, TestbedException {
        try {
            if (hasInstalled)
                kubectl().tryRun(Manifests.elastigres(), "delete", "--wait=false", "-f", "-");
        } finally {
            FileTrees.delete(home);
        }
    }
}
