package dev.elastigres.lab.kubernetes;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives tests the single cluster of the run, which JUnit closes after the last of them. Tests on
/// nodes of this machine get one for each class. If a test has failed, prints the log of the node's
/// kubelet.
final class ClusterExtension
        implements ParameterResolver, AfterTestExecutionCallback, ExecutionCondition {
    private static final String[] LOGS = {
        "logs",
        "--namespace=" + InstalledDaemons.NAMESPACE,
        "--selector=app.kubernetes.io/name=elastigres",
        "--all-containers",
        "--prefix",
        "--tail=100"
    };
    private static final String HOST = "host";
    private static final Namespace OURS = Namespace.create(ClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return type == LabCluster.class || type == VmCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        if (isOnHost(test))
            return store(test).computeIfAbsent(HOST, _ -> onHost(), LabCluster.class);
        return test.getRoot()
                .getStore(OURS)
                .computeIfAbsent(LabCluster.class, _ -> made(), LabCluster.class);
    }

    /// Returns the store of the test class. Only one cluster at a time can have nodes on this
    /// machine, so each class has its own, which JUnit closes after the class.
    private static ExtensionContext.Store store(ExtensionContext test) {
        return test.getParent().orElse(test).getStore(OURS);
    }

    private static boolean isOnHost(ExtensionContext test) {
        return test.getTags().contains(OnAnyNode.TAG) && HostCluster.isPossible() && !isExternal();
    }

    private static boolean isExternal() {
        return !System.getenv().getOrDefault(ExternalCluster.VARIABLE, "").isBlank();
    }

    private static LabCluster onHost() {
        try {
            return HostCluster.start();
        } catch (Exception e) {
            throw new ParameterResolutionException("no cluster", e);
        }
    }

    private static LabCluster made() {
        try {
            Optional<ExternalCluster> own = ExternalCluster.named();
            return own.isPresent() ? own.get() : VmCluster.start();
        } catch (Exception e) {
            throw new ParameterResolutionException("no cluster", e);
        }
    }

    /// Skips tests that need a [VmCluster] on other clusters: only a node in our VM gives access
    /// to its files and its power.
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext test) {
        boolean needsVm =
                test.getTestMethod().stream()
                        .flatMap(it -> Arrays.stream(it.getParameterTypes()))
                        .anyMatch(it -> it == VmCluster.class);
        return needsVm && isExternal()
                ? ConditionEvaluationResult.disabled(
                        "needs the lab's own cluster: unset " + ExternalCluster.VARIABLE)
                : ConditionEvaluationResult.enabled("it can be run");
    }

    @Override
    public void afterTestExecution(ExtensionContext test) throws Exception {
        if (test.getExecutionException().isEmpty()) return;
        Object found =
                isOnHost(test)
                        ? store(test).get(HOST)
                        : test.getRoot().getStore(OURS).get(LabCluster.class);
        if (found instanceof LabCluster cluster) {
            System.err.println(test.getDisplayName() + " failed in this cluster:");
            System.err.println(test.getExecutionException().get());
            System.err.println(cluster.kubectl().run("get", "pods,events", "--all-namespaces"));
            System.err.println(cluster.recentLogs());
            System.err.println(cluster.kubectl().tryRun("", LOGS).output());
            // The resources of failed tests would be missing for later tests.
            cluster.deleteAll();
        }
    }
}
