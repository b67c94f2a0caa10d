package dev.elastigres.node;

import dev.elastigres.monitor.Main;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Runs two monitors in one process to record the class cache of a node's monitor: one of a single
/// Postgres, which exchanges requests with an agent, and one of pods.
public final class TrainingMain {
    /// Separates the flags of the first monitor from those of the second.
    public static final String THEN_PODS = "then-pods";

    private TrainingMain() {}

    public static void main(String[] args) {
        List<String> all = Arrays.asList(args);
        int middle = all.indexOf(THEN_PODS);
        // The calling process reads the first line of output, which must be the first monitor's.
        var said = new CountDownLatch(1);
        System.setOut(FirstLineLatch.on(System.out, said));
        List<String> second = all.subList(middle + 1, all.size());
        Thread.ofPlatform().start(() -> run(second, said));
        System.exit(Main.run(all.subList(0, middle), Map.of()));
    }

    private static void run(List<String> flags, CountDownLatch turn) {
        try {
            turn.await();
            int _ = Main.run(flags, Map.of());
        } catch (InterruptedException _) {
            // Never interrupted except to end it.
        }
    }
}
