package dev.elastigres.inspect.doctor;

import dev.elastigres.agent.driver.CgroupDiagnosis;
import dev.elastigres.inspect.doctor.HostCheck.CheckTopic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the Postgres servers of this host and checks whether their cgroups can be resized.
///
/// @param root root of the cgroup v2 hierarchy
/// @param proc usually `/proc`
record PostgresChecks(Path root, Path proc) {

    List<HostCheck> run() {
        List<RunningPostgres> servers = RunningPostgres.findAll(proc);
        if (servers.isEmpty())
            return List.of(
                    HostCheck.ok(
                            CheckTopic.POSTGRES,
                            "servers",
                            "none runs; `elastigres vm start` starts one in a VM"));
        boolean isVersion2 = CgroupDiagnosis.hierarchyProblem(root).isEmpty();
        var checks = new ArrayList<HostCheck>();
        for (RunningPostgres each : servers) checks.add(check(each, isVersion2));
        return checks;
    }

    private HostCheck check(RunningPostgres server, boolean isVersion2) {
        String name = "pid " + server.pid();
        String finding =
                server.dataDirectory()
                        .map(it -> "data in " + it)
                        .orElse("data directory unreadable");
        if (!isVersion2 || server.cgroup().isEmpty())
            return HostCheck.warning(
                    CheckTopic.POSTGRES,
                    name,
                    finding + "; without cgroup v2 it cannot be resized",
                    CgroupDiagnosis.HIERARCHY_REMEDY);
        String cgroup = server.cgroup().get();
        String found = finding + ", cgroup " + (cgroup.isEmpty() ? "/" : cgroup);
        if (!server.hasOwnCgroup())
            return HostCheck.warning(
                    CheckTopic.POSTGRES,
                    name,
                    found + ", which it shares with other processes",
                    "start it as a systemd unit or in a container");
        Optional<String> problem = CgroupDiagnosis.limitProblem(root.resolve(cgroup));
        return problem.isPresent()
                ? HostCheck.warning(CheckTopic.POSTGRES, name, found, problem.get())
                : new HostCheck(
                        CheckTopic.POSTGRES,
                        name,
                        HostCheck.CheckResult.OK,
                        found,
                        "scale it: elastigres agent --driver cgroup --cgroup '%s'"
                                .formatted(cgroup));
    }
}
