package dev.elastigres.cluster;

import dev.elastigres.protocol.json.Json;
import java.nio.file.Path;

/// What a cluster that is up says of itself.
///
/// @param version of Kubernetes
/// @param kubectl the program
/// @param node its name
record ClusterSummary(String version, Path kubeconfig, Path kubectl, String node) {

    /// For programs.
    Json.Obj json() {
        return Json.object()
                .with("version", version)
                .with("kubeconfig", kubeconfig.toString())
                .with("kubectl", kubectl.toString())
                .with("node", node);
    }

    /// What to type next, with agent and monitor installed.
    String text() {
        return head()
                + """
                  sed 's,postgres:17,%s,' deploy/kubernetes/example.yaml | kubectl apply -f -
                  kubectl get pga -w
                  kubectl exec -i postgres-0 -- sh -c 'pgbench -U postgres -i -s 50 && pgbench -U postgres -c 8 -T 120'\
                """
                        .formatted(PodImages.POSTGRES);
    }

    /// The same where nothing is installed.
    String bare() {
        return head()
                + """
                  helm install elastigres deploy/helm/elastigres -n elastigres --create-namespace\
                """;
    }

    private String head() {
        return """
        Kubernetes %s is up, with one node; Ctrl-C ends it. In another terminal:
          export KUBECONFIG=%s PATH=%s:$PATH
        """
                .formatted(version, kubeconfig, kubectl.getParent());
    }
}
