package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/// Creates thousands of nodes and pods that kwok simulates: the objects of the API server are real,
/// but no containers run. The pods can be resized. A requested size is in force after half a
/// second.
public final class KwokNodes {
    /// Number of concurrent requests. On a few cores, more do not make the API server faster.
    private static final int AT_ONCE = 16;

    private final ControlPlane plane;

    private KwokNodes(ControlPlane plane) {
        this.plane = plane;
    }

    /// Starts kwok for the nodes and pods that the returned object creates. Other nodes are not
    /// affected.
    public static KwokNodes start(ControlPlane plane) throws TestbedException {
        plane.startKwok();
        return new KwokNodes(plane);
    }

    /// Returns the name of a node.
    public static String node(int number) {
        return "played-" + number;
    }

    /// Returns the name of a pod.
    public static String pod(int number) {
        return "pod-" + number;
    }

    /// Creates the first `count` nodes with the same capacity.
    ///
    /// @param pods maximum number of pods of each node
    public void nodes(int count, String cpu, String memory, int pods) throws TestbedException {
        String room =
                "{\"cpu\":\"%s\",\"memory\":\"%s\",\"pods\":\"%d\"}".formatted(cpu, memory, pods);
        all(
                count,
                "/api/v1/nodes",
                number ->
                        """
                        {"apiVersion":"v1","kind":"Node",
                         "metadata":{"name":"%1$s","annotations":{"kwok.x-k8s.io/node":"fake"},
                                     "labels":{"kubernetes.io/hostname":"%1$s"}},
                         "status":{"capacity":%2$s,"allocatable":%2$s}}
                        """
                                .formatted(node(number), room));
    }

    /// Creates `count` pods in `namespace`, distributed round-robin over the first `nodes` nodes.
    /// Each has the label `app: played` and a container `postgres` with equal requests and limits,
    /// whose size changes without a restart.
    public void pods(String namespace, int count, int nodes, String cpu, String memory)
            throws TestbedException {
        String size = "{\"cpu\":\"%s\",\"memory\":\"%s\"}".formatted(cpu, memory);
        all(
                count,
                "/api/v1/namespaces/" + namespace + "/pods",
                number ->
                        """
                        {"apiVersion":"v1","kind":"Pod",
                         "metadata":{"name":"%s","labels":{"app":"played"}},
                         "spec":{"nodeName":"%s","automountServiceAccountToken":false,"containers":[
                           {"name":"postgres","image":"none",
                            "resources":{"requests":%3$s,"limits":%3$s},
                            "resizePolicy":[
                              {"resourceName":"cpu","restartPolicy":"NotRequired"},
                              {"resourceName":"memory","restartPolicy":"NotRequired"}]}]}}
                        """
                                .formatted(pod(number), node(number % nodes), size));
    }

    /// Creates an object for each number below `count` at `path` of the API.
    ///
    /// @param json returns the object with this number
    public void all(int count, String path, IntFunction<String> json) throws TestbedException {
        all(count, _ -> path, json);
    }

    /// Creates an object for each number below `count`.
    ///
    /// @param path returns the API path of the object with this number
    /// @param json returns the object with this number
    public void all(int count, IntFunction<String> path, IntFunction<String> json)
            throws TestbedException {
        var room = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var made = new ArrayList<Future<?>>();
            for (int i = 0; i < count; i++) {
                int number = i;
                room.acquire();
                made.add(
                        threads.submit(
                                () -> {
                                    try {
                                        plane.post(path.apply(number), json.apply(number));
                                        return true;
                                    } finally {
                                        room.release();
                                    }
                                }));
            }
            for (Future<?> each : made) each.get();
        } catch (ExecutionException e) {
            throw new TestbedException("cannot make " + path.apply(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while making " + path.apply(0), e);
        }
    }
}
