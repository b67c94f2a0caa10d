package dev.elastigres.monitor.watch;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;

/// A process that holds the memory requested on its standard input, and answers `done`. The
/// commands are `hold MIB` and `leave`. Ends with its parent.
public final class MemoryHolderProgram {
    private MemoryHolderProgram() {}

    static List<String> command() {
        var classes = MemoryHolderProgram.class.getProtectionDomain().getCodeSource().getLocation();
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(classes.getPath()).toString(),
                MemoryHolderProgram.class.getName());
    }

    public static void main(String[] args) {
        Arena held = Arena.ofShared();
        System.out.println("done");
        try (var orders = new Scanner(System.in, StandardCharsets.UTF_8)) {
            while (orders.hasNext()) {
                switch (orders.next()) {
                    case "hold" -> {
                        held.close();
                        held = Arena.ofShared();
                        // More than malloc caches, and all pages are touched.
                        held.allocate(Math.max(1, orders.nextLong() << 20), 4096).fill((byte) 1);
                    }
                    case "leave" -> {
                        return;
                    }
                    default -> throw new IllegalArgumentException("unknown order");
                }
                System.out.println("done");
            }
        }
    }
}
