package dev.elastigres.inspect.doctor;

import dev.elastigres.agent.driver.CgroupDiagnosis;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.inspect.server.RunningPostgres;
import dev.elastigres.vm.qemu.ShellQuoting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the Postgres servers of this host and checks whether their cgroups can be resized.
///
/// @param root root of the cgroup v2 hierarchy
/// @param proc usually `/proc`
record PostgresChecks(Path root, Path proc) {

    List<DoctorCheck> run() {
        List<RunningPostgres> servers = RunningPostgres.findAll(proc);
        if (servers.isEmpty())
            return List.of(
                    DoctorCheck.ok(
                            CheckTopic.POSTGRES,
                            "servers",
                            "none runs; `elastigres vm start` starts one in a VM"));
        boolean isVersion2 = CgroupDiagnosis.hierarchyProblem(root).isEmpty();
        var checks = new ArrayList<DoctorCheck>();
        for (RunningPostgres each : servers) checks.add(check(each, isVersion2));
        return checks;
    }

    private DoctorCheck check(RunningPostgres server, boolean isVersion2) {
        String name = "pid " + server.pid();
        String finding =
                server.dataDirectory()
                        .map(it -> "data in " + it)
                        .orElse("data directory unreadable");
        if (!isVersion2 || server.cgroup().isEmpty())
            return DoctorCheck.warning(
                    CheckTopic.POSTGRES,
                    name,
                    finding + "; without cgroup v2 it cannot be resized",
                    CgroupDiagnosis.HIERARCHY_REMEDY);
        String cgroup = server.cgroup().get();
        String found = finding + ", cgroup " + (cgroup.isEmpty() ? "/" : cgroup);
        if (!server.hasOwnCgroup())
            return DoctorCheck.warning(
                    CheckTopic.POSTGRES,
                    name,
                    found + ", which it shares with other processes",
                    "start it as a systemd unit or in a container");
        Optional<String> problem = CgroupDiagnosis.limitProblem(root.resolve(cgroup));
        return problem.isPresent()
                ? DoctorCheck.warning(CheckTopic.POSTGRES, name, found, problem.get())
                : new DoctorCheck(
                        CheckTopic.POSTGRES,
                        name,
                        DoctorCheck.CheckResult.OK,
                        found,
                        "scale it: elastigres agent --driver cgroup --cgroup %s"
                                .formatted(ShellQuoting.quoted(cgroup)));
    }
}
