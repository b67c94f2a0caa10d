package dev.elastigres.bench.footprint;

/// A program that reports its start and does nothing. Its footprint is that of the Java runtime.
final class SleepingProgram {
    private SleepingProgram() {}

    static void main() throws InterruptedException {
        System.out.println("asleep");
        Thread.sleep(Long.MAX_VALUE);
    }
}
