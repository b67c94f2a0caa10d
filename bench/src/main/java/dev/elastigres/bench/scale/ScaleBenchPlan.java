package dev.elastigres.bench.scale;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Size and activity of the cluster. Nodes, pods and objects are numbered from 0.
///
/// @param nodes number of nodes, of which the first has the agent
/// @param pods number of pods on all nodes, evenly distributed
/// @param objects number of PostgresAutoscalers, with evenly distributed pods
/// @param namespaces number of namespaces of the objects
/// @param moved pods that move to another node within a minute, in percent of all
/// @param quiet time without requests after which the agent counts as settled
/// @param watch time of the measurement at rest, and of the one while pods move
record ScaleBenchPlan(
        int nodes,
        int pods,
        int objects,
        int namespaces,
        double moved,
        Duration quiet,
        Duration watch) {
    /// Maximum number of pods in an object's status.
    private static final int MAX_PODS_OF_ONE = 100;

    /// @throws IllegalArgumentException if a value is out of range; the message is for users
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

    /// Returns a plan with the default times.
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

    /// Returns the object of a pod.
    int objectOf(int pod) {
        return pod % objects;
    }

    List<Integer> podsOf(int object) {
        return IntStream.iterate(object, pod -> pod < pods, pod -> pod + objects).boxed().toList();
    }

    /// Returns the initial node of a pod. The pods of an object are on adjacent nodes.
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

    /// Returns the interval between the starts of two moves.
    Duration gap() {
        return Duration.ofNanos((long) (Duration.ofMinutes(1).toNanos() / (pods * moved / 100)));
    }
}
