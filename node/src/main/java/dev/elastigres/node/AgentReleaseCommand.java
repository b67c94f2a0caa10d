package dev.elastigres.node;

import dev.elastigres.agent.CgroupPlatformProvider;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.OriginalLimits.RestoreResult;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `elastigres agent release`: restores the limits that cgroups had before an agent resized them.
@Command(
        name = "release",
        description = {
            "Give the cgroups of this host the limits back that they had before an agent resized them."
                    + " Stop the agent first: the sizes stay when it stops, so that a restart does"
                    + " not disturb Postgres. A memory limit is not lowered below the usage.",
            "",
            "Exit codes: 0 every cgroup has its former limits, 1 some cgroup has not, 2 wrong usage."
        },
        mixinStandardHelpOptions = true,
        footer = "elastigres agent release")
final class AgentReleaseCommand implements Callable<Integer> {
    AgentReleaseCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        try {
            List<RestoreResult> results = CgroupPlatformProvider.release(System.getenv());
            results.forEach(it -> System.out.println(it.text()));
            if (results.isEmpty()) System.out.println("no cgroup has limits of an agent");
            return results.stream().allMatch(RestoreResult::restored) ? 0 : 1;
        } catch (DriverException.Failed e) {
            System.err.println("elastigres agent release: " + e.getMessage());
            return 1;
        }
    }
}
