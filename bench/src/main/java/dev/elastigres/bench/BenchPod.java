package dev.elastigres.bench;

import dev.elastigres.cluster.PodImages;
import dev.elastigres.cluster.VmNode;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A pod with a Postgres of one unit, on a node whose files can be read.
///
/// @param memoryMax path of the container's `memory.max`
record BenchPod(Kubectl kubectl, VmNode node, String name, String memoryMax) {
    /// A unit in thousandths of a CPU, and its memory in MiB.
    static final int UNIT = 250;

    static final int UNIT_MEBIBYTES = 256;

    private static final int TIMEOUT_SECONDS = 60;
    private static final String LIMIT = "--timeout=" + TIMEOUT_SECONDS + "s";
    private static final String CONTAINER = ".status.containerStatuses[0]";

    /// Only `sleep` is an external program, which keeps polling cheap.
    private static final String WAIT =
            """
            for i in $(seq $looks); do
                read -r now < $file && [ "$now" = $bytes ] && exit 0
                sleep 0.01
            done
            exit 1
            """;

    private static final int LOOKS = TIMEOUT_SECONDS * 50;

    /// Times from a request until the new size was visible, in nanoseconds.
    record SizeLatency(long status, long cgroup) {}

    /// Requests a size.
    interface SizeRequester {
        void send() throws TestbedException;
    }

    /// Starts a pod and waits until its Postgres accepts connections.
    static BenchPod start(Kubectl kubectl, VmNode node, String name, int port)
            throws TestbedException, VmException, GuestException, InterruptedException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  hostNetwork: true
                  containers:
                  - name: postgres
                    image: %2$s
                    imagePullPolicy: Never
                    env: [{name: PGPORT, value: "%3$d"}]
                    ports: [{containerPort: %3$d}]
                    readinessProbe: {tcpSocket: {port: %3$d}, periodSeconds: 1}
                    resources:
                      requests: %4$s
                      limits: %4$s
                """
                        .formatted(name, PodImages.POSTGRES, port, amounts(1)));
        kubectl.run("wait", "--for=condition=Ready", "pod/" + name, "--timeout=180s");
        String cgroup =
                VmNode.cgroup(
                        "Guaranteed",
                        get(kubectl, name, ".metadata.uid"),
                        get(kubectl, name, CONTAINER + ".containerID"));
        return new BenchPod(kubectl, node, name, cgroup + "/memory.max");
    }

    private static String get(Kubectl kubectl, String name, String path) throws TestbedException {
        return kubectl.run("get", "pod", name, "--output=jsonpath={" + path + "}").strip();
    }

    private static String amounts(int units) {
        return "{\"cpu\":\"%dm\",\"memory\":\"%dMi\"}"
                .formatted(units * UNIT, units * UNIT_MEBIBYTES);
    }

    /// Requests `units` with a plain `kubectl patch`.
    void patch(int units) throws TestbedException {
        kubectl.run(
                "patch",
                "pod",
                name,
                "--subresource=resize",
                "--patch={\"spec\":{\"containers\":[{\"name\":\"postgres\",\"resources\":{\"requests\":%1$s,\"limits\":%1$s}}]}}"
                        .formatted(amounts(units)));
    }

    /// Sends `request`, and waits until the pod has `units`. Watches status and cgroup from before
    /// the request.
    SizeLatency await(int units, SizeRequester request)
            throws HarnessException, TestbedException, InterruptedException {
        // `close` would wait for the watchers, even for one that never sees the size.
        ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor();
        try {
            long began = System.nanoTime();
            Future<Long> status = watchers.submit(() -> awaitStatus(units));
            Future<Long> cgroup = watchers.submit(() -> awaitCgroup(units));
            request.send();
            return new SizeLatency(status.get() - began, cgroup.get() - began);
        } catch (ExecutionException e) {
            throw new HarnessException("%s did not become %s".formatted(name, amounts(units)), e);
        } finally {
            watchers.shutdownNow();
        }
    }

    private long awaitStatus(int units) throws TestbedException {
        String path = "{%s.resources.limits.memory}".formatted(CONTAINER);
        String goal = "--for=jsonpath=%s=%dMi".formatted(path, units * UNIT_MEBIBYTES);
        kubectl.run("wait", goal, "pod/" + name, LIMIT);
        return System.nanoTime();
    }

    private long awaitCgroup(int units) throws VmException, GuestException, InterruptedException {
        long bytes = ((long) units * UNIT_MEBIBYTES) << 20;
        node.sh("file=%s bytes=%d looks=%d\n".formatted(memoryMax, bytes, LOOKS) + WAIT);
        return System.nanoTime();
    }

    /// Lets the agents scale the pod between one unit and two. Waits until one of them does.
    void handOver() throws TestbedException {
        kubectl.apply(
                """
                apiVersion: elastigres.dev/v1alpha1
                kind: PostgresAutoscaler
                metadata: {name: %1$s, namespace: default}
                spec:
                  target: {selector: {matchLabels: {app: %1$s}}}
                  computeUnit: %2$s
                  min: 1
                  max: 2
                  rules: {dampingWindow: 1s, cooldownInitial: 1s, cooldownMax: 1s}
                """
                        .formatted(name, amounts(1)));
        kubectl.run("wait", "--for=condition=Ready", "pga/" + name, "--timeout=180s");
    }

    /// Sets the minimum size that the agents use.
    void min(int units) throws TestbedException {
        String patch = "--patch={\"spec\":{\"min\":%d}}".formatted(units);
        kubectl.run("patch", "pga", name, "--type=merge", patch);
    }
}
