package dev.elastigres.node;

import dev.elastigres.monitor.Main;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

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
        System.setOut(new FirstLineSignal(System.out, said));
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

    /// Signals that a line was printed.
    private static final class FirstLineSignal extends PrintStream {
        private final CountDownLatch said;

        FirstLineSignal(PrintStream to, CountDownLatch said) {
            super(to, true, StandardCharsets.UTF_8);
            this.said = said;
        }

        @Override
        public void println(@Nullable String line) {
            super.println(line);
            said.countDown();
        }
    }
}
