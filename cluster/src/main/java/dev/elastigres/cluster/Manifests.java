package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The manifests that users apply to a cluster.
public final class Manifests {
    private static final String FILE = "elastigres.yaml";
    private static final Pattern OUR_IMAGE = Pattern.compile("image: \"elastigres:[^\"]*\"");

    private Manifests() {}

    /// Installs controller, agent and monitor.
    public static void apply(Kubectl kubectl) throws TestbedException {
        kubectl.apply(elastigres());
    }

    /// Waits until the controller is ready, and agent and monitor on every node.
    public static void awaitReady(Kubectl kubectl) throws TestbedException {
        for (String each : List.of("daemonset/elastigres", "deployment/elastigres-controller"))
            kubectl.run("rollout", "status", each, "--namespace=elastigres", "--timeout=170s");
    }

    /// Returns the whole installation, with the image of this version.
    public static String elastigres() {
        try (InputStream in = Manifests.class.getResourceAsStream(FILE)) {
            if (in == null) throw new IllegalStateException("not packed: " + FILE);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + FILE, e);
        }
    }

    /// Returns the whole installation with another image.
    public static String elastigres(String image) {
        return OUR_IMAGE
                .matcher(elastigres())
                .replaceAll(Matcher.quoteReplacement("image: \"%s\"".formatted(image)));
    }
}
