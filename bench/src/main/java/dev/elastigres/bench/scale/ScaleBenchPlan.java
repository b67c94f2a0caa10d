package dev.elastigres.bench.scale;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// How large the cluster is, and what happens in it. Nodes, pods and objects have numbers from 0.
///
/// @param nodes of which the first has the agent
/// @param pods on all nodes, as evenly as can be
/// @param objects PostgresAutoscalers, which have as many pods each as can be
/// @param namespaces that the objects are in
/// @param moved pods that go to another node within a minute, in percent of all
/// @param quiet how long nothing may have been asked for until the agent counts as settled
/// @param watch how long is measured at rest, and again while pods move
record ScaleBenchPlan(
        int nodes,
        int pods,
        int objects,
        int namespaces,
        double moved,
        Duration quiet,
        Duration watch) {
    /// An object has no room for more in its status.
    private static final int MAX_PODS_OF_ONE = 100;

    /// @throws IllegalArgumentException with a readable clause
    ScaleBenchPlan {
        within("--nodes", nodes, 1, 5_000);
        within("--pods", pods, 1, 150_000);
        within("--objects", objects, 1, 50_000);
        within("--namespaces", namespaces, 1, 10_000);
        within("--seconds", watch.toSeconds(), 1, 86_400);
        if (!(moved > 0 && moved <= 100))
            throw new IllegalArgumentException("--moved takes above 0 to 100 percent");
        if (objects > pods || pods > (long) objects * MAX_PODS_OF_ONE)
            throw new IllegalArgumentException(
                    "an object has 1 to %d pods, so %d pods need %d to %d objects"
                            .formatted(
                                    MAX_PODS_OF_ONE,
                                    pods,
                                    Math.ceilDiv(pods, MAX_PODS_OF_ONE),
                                    pods));
    }

    private static void within(String option, long value, long min, long max) {
        if (value < min || value > max)
            throw new IllegalArgumentException("%s takes %d to %d".formatted(option, min, max));
    }

    /// As it is measured when nobody says otherwise.
    static ScaleBenchPlan of(
            int nodes, int pods, int objects, int namespaces, double moved, int seconds) {
        return new ScaleBenchPlan(
                nodes,
                pods,
                objects,
                namespaces,
                moved,
                Duration.ofSeconds(20),
                Duration.ofSeconds(seconds));
    }

    /// Which object a pod is for.
    int objectOf(int pod) {
        return pod % objects;
    }

    List<Integer> podsOf(int object) {
        return IntStream.iterate(object, pod -> pod < pods, pod -> pod + objects).boxed().toList();
    }

    /// Where a pod is at first: those of an object are on nodes side by side.
    int nodeOf(int pod) {
        return (pod + pod / objects) % nodes;
    }

    String namespaceOf(int object) {
        return namespace(object % namespaces);
    }

    static String namespace(int number) {
        return "db-" + number;
    }

    static String object(int number) {
        return "pg-" + number;
    }

    /// Between two pods that begin to move.
    Duration gap() {
        return Duration.ofNanos((long) (Duration.ofMinutes(1).toNanos() / (pods * moved / 100)));
    }
}
