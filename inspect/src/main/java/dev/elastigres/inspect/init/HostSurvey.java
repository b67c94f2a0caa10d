package dev.elastigres.inspect.init;

import dev.elastigres.inspect.server.RunningPostgres;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What an agent could scale on this host.
///
/// @param servers Postgres servers in cgroups of their own, by process ID
/// @param sharing Postgres servers that share their cgroup with other processes
/// @param vms names of this user's VMs
record HostSurvey(List<RunningPostgres> servers, List<RunningPostgres> sharing, List<String> vms) {

    /// Surveys this host.
    ///
    /// @param proc usually `/proc`
    /// @param vms folder that contains a folder for each VM
    static HostSurvey of(Path proc, Path vms) {
        List<RunningPostgres> all = RunningPostgres.findAll(proc);
        return new HostSurvey(
                all.stream().filter(RunningPostgres::hasOwnCgroup).toList(),
                all.stream().filter(it -> !it.hasOwnCgroup()).toList(),
                folders(vms));
    }

    private static List<String> folders(Path parent) {
        var names = new ArrayList<String>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(parent, it -> Files.isDirectory(it))) {
            for (Path each : folders) names.add(each.getFileName().toString());
        } catch (IOException _) {
            // Without the folder there is no VM.
        }
        names.removeIf(it -> it.startsWith("."));
        names.sort(null);
        return names;
    }
}
