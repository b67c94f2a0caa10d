package dev.elastigres.cli.bench;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A made-up cgroup and meminfo, as the monitor reads them: much memory and little use of it, so
/// that it asks for nothing of its own accord. Closing removes them.
record FakeMachine(Path folder) implements AutoCloseable {

    static FakeMachine create(Bytes memory) throws BenchException {
        try {
            var machine = new FakeMachine(Files.createTempDirectory("elastigres-bench-"));
            Files.createDirectory(machine.cgroup());
            Files.writeString(machine.memoryStat(), "active_anon 67108864\ninactive_anon 0\n");
            Files.writeString(
                    machine.meminfo(), "MemTotal: %d kB%n".formatted(memory.value() / 1024));
            return machine;
        } catch (IOException e) {
            throw new BenchException("cannot make up a machine", e);
        }
    }

    private Path cgroup() {
        return folder.resolve("postgres");
    }

    private Path memoryStat() {
        return cgroup().resolve("memory.stat");
    }

    private Path meminfo() {
        return folder.resolve("meminfo");
    }

    Path log() {
        return folder.resolve("monitor.log");
    }

    /// That make the monitor look here.
    List<String> flags() {
        return List.of(
                "--cgroup",
                cgroup().getFileName().toString(),
                "--path.cgroup",
                folder.toString(),
                "--path.procfs",
                folder.toString());
    }

    @Override
    public void close() throws BenchException {
        try {
            for (Path path : List.of(memoryStat(), cgroup(), meminfo(), log(), folder))
                Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new BenchException("cannot remove " + folder, e);
        }
    }
}
