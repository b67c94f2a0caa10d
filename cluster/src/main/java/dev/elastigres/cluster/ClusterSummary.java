package dev.elastigres.cluster;

import dev.elastigres.protocol.json.Json;
import java.nio.file.Path;

/// The access data of a running cluster.
///
/// @param version of Kubernetes
/// @param kubectl path of the program
/// @param node name of the node
record ClusterSummary(String version, Path kubeconfig, Path kubectl, String node) {

    /// Returns the summary for programs.
    Json.Obj json() {
        return Json.object()
                .with("version", version)
                .with("kubeconfig", kubeconfig.toString())
                .with("kubectl", kubectl.toString())
                .with("node", node);
    }

    /// Returns the summary and the next commands, for a cluster with Elastigres installed.
    String text() {
        return head()
                + """
                  sed 's,postgres:17,%s,' deploy/kubernetes/example.yaml | kubectl apply -f -
                  kubectl get pga -w
                  kubectl exec -i postgres-0 -- sh -c 'pgbench -U postgres -i -s 50 && pgbench -U postgres -c 8 -T 120'\
                """
                        .formatted(PodImages.POSTGRES);
    }

    /// Returns the summary and the next command, for a cluster without Elastigres.
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
