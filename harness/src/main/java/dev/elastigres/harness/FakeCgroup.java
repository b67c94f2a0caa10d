package dev.elastigres.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A folder that imitates the cgroup of an idle Postgres, with all files that a monitor reads
/// there.
public record FakeCgroup(Path folder) {
    private static final String AT_REST =
            """
            some avg10=0.00 avg60=0.00 avg300=0.00 total=0
            full avg10=0.00 avg60=0.00 avg300=0.00 total=0
            """;

    /// Creates the folder and its files.
    ///
    /// @param folder must not exist; its parent must
    public static FakeCgroup create(Path folder) throws IOException {
        var cgroup = new FakeCgroup(Files.createDirectory(folder));
        Files.writeString(folder.resolve("memory.stat"), "active_anon 67108864\ninactive_anon 0\n");
        Files.writeString(folder.resolve("cpu.pressure"), AT_REST);
        Files.createFile(cgroup.trigger());
        cgroup.setKills(0);
        return cgroup;
    }

    private Path trigger() {
        return folder.resolve("memory.pressure");
    }

    /// Returns the flags by which a monitor reads a fake cgroup.
    ///
    /// @param root folder that contains the folder of the cgroup
    /// @param procfs folder that contains `meminfo`
    public static List<String> monitorFlags(Path root, Path cgroup, Path procfs) {
        return List.of(
                "--cgroup",
                root.relativize(cgroup).toString(),
                "--path.cgroup",
                root.toString(),
                "--path.procfs",
                procfs.toString());
    }

    /// Returns whether a monitor has written a pressure trigger.
    public boolean hasPressureTrigger() throws IOException {
        return Files.size(trigger()) > 0;
    }

    /// Sets the number of OOM kills that the cgroup reports.
    public void setKills(int count) throws IOException {
        Files.writeString(folder.resolve("memory.events"), "oom_kill %d\n".formatted(count));
    }
}
