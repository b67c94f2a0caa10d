package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TickSchedulerTest {
    private static final long EVERY = Duration.ofMillis(5).toNanos();

    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final TickScheduler scheduler =
            new TickScheduler("ticks", (_, cause) -> failures.add(cause));
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void start() {
        scheduler.start();
    }

    @AfterEach
    void close() {
        released.countDown();
        scheduler.close();
    }

    @Test
    void runsEachWhenItIsDueOnOneThread() throws Exception {
        var one = new CountingTask();
        var other = new CountingTask();
        Ticker first = started(one);
        started(other);
        awaitTicks(one, 20);
        awaitTicks(other, 20);
        assertThat(one.threads).isEqualTo(other.threads).hasSize(1);
        first.stop();
        assertThat(one.ended.get()).isEqualTo(1);
        assertThat(first.isAlive()).isFalse();
        awaitTicks(other, other.ticks.get() + 20);
    }

    @Test
    void failingTaskEndsAlone() throws Exception {
        var fine = new CountingTask();
        started(fine);
        Ticker failing =
                started(
                        new CountingTask() {
                            @Override
                            public long tick(ReadBuffer scratch) {
                                throw new ArithmeticException("long overflow");
                            }
                        });
        assertThat(failures.poll(30, TimeUnit.SECONDS)).isInstanceOf(ArithmeticException.class);
        Await.until("it has ended", () -> !failing.isAlive());
        assertThat(failing.failure()).get().isInstanceOf(ArithmeticException.class);
        awaitTicks(fine, fine.ticks.get() + 20);
        assertThat(failures).isEmpty();
    }

    @Test
    void hungTasksDoNotStopOthers() throws Exception {
        var fine = new CountingTask();
        Ticker running = started(fine);
        var hanging = new ArrayList<Ticker>();
        var told = new AtomicInteger();
        for (int i = 0; i < 3; i++) hanging.add(started(new HangingTask(told)));
        Await.until("all hang", () -> hanging.stream().allMatch(Ticker::isStalled));
        Await.until("it is told once of each", () -> told.get() == 3);
        awaitTicks(fine, fine.ticks.get() + 200);
        assertThat(running.isStalled()).isFalse();
        assertThat(told).hasValue(3);

        // Stopping does not wait.
        long began = System.nanoTime();
        hanging.getFirst().stop();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(400));

        released.countDown();
        Await.until(
                "they go on", () -> hanging.subList(1, 3).stream().noneMatch(Ticker::isStalled));
        Await.until("the stopped one has ended", () -> !hanging.getFirst().isAlive());
        Await.until("their threads have ended", () -> threads() == 1);
        awaitTicks(fine, fine.ticks.get() + 20);
    }

    @Test
    void hungTasksUseBoundedThreads() throws Exception {
        var hanging = new ArrayList<Ticker>();
        for (int i = 0; i < 20; i++) hanging.add(started(new HangingTask(new AtomicInteger())));
        Await.until(
                "those that are not run say so, too",
                () -> hanging.stream().allMatch(Ticker::isStalled));
        assertThat(threads()).isLessThanOrEqualTo(17);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ticks"))
                .count();
    }

    private Ticker started(Tick tick) {
        Ticker ticker = scheduler.ticker();
        ticker.start(tick);
        return ticker;
    }

    private static void awaitTicks(CountingTask tick, int ticks) throws Exception {
        Await.until(ticks + " ticks", () -> tick.ticks.get() >= ticks);
    }

    private static class CountingTask implements Tick {
        final AtomicInteger ticks = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        volatile List<Thread> threads = List.of();

        @Override
        public long tick(ReadBuffer scratch) {
            Thread mine = Thread.currentThread();
            if (!threads.contains(mine)) threads = List.of(mine);
            ticks.incrementAndGet();
            return System.nanoTime() + EVERY;
        }

        @Override
        public void end() {
            ended.incrementAndGet();
        }
    }

    private final class HangingTask extends CountingTask {
        private final AtomicInteger told;

        HangingTask(AtomicInteger told) {
            this.told = told;
        }

        @Override
        public long tick(ReadBuffer scratch) {
            try {
                released.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return super.tick(scratch);
        }

        @Override
        public void stalled() {
            told.incrementAndGet();
        }
    }
}
