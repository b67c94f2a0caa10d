package dev.elastigres.bench.footprint;

/// A program that says that it runs and does nothing: what is left is the Java runtime itself.
final class SleepingProgram {
    private SleepingProgram() {}

    static void main() throws InterruptedException {
        System.out.println("asleep");
        Thread.sleep(Long.MAX_VALUE);
    }
}
