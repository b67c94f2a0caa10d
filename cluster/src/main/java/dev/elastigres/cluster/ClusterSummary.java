package dev.elastigres.cluster;

import dev.elastigres.protocol.json.Json;
import java.nio.file.Path;
import java.util.List;

/// The access data of a running cluster.
///
/// @param version of Kubernetes
/// @param kubectl path of the program
/// @param nodes names of the nodes
record ClusterSummary(String version, Path kubeconfig, Path kubectl, List<String> nodes) {

    /// Returns the summary for programs.
    Json.Obj json() {
        return Json.object()
                .with("version", version)
                .with("kubeconfig", kubeconfig.toString())
                .with("kubectl", kubectl.toString())
                .with("nodes", new Json.Arr(nodes.stream().<Json>map(Json.Str::new).toList()));
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
        String count = nodes.size() == 1 ? "one node" : nodes.size() + " nodes";
        return """
        Kubernetes %s is up, with %s; Ctrl-C ends it. In another terminal:
          export KUBECONFIG=%s PATH=%s:$PATH
        """
                .formatted(version, count, kubeconfig, kubectl.getParent());
    }
}
