package dev.elastigres.vm.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Which CPUs to switch on or off in a guest so that a wanted number is on. CPU 0 always stays; the
/// lowest come first and the highest go first.
public record CpuPlan(List<CpuSwitch> steps) {

    public record CpuSwitch(int cpu, boolean on) {}

    public CpuPlan {
        steps = List.copyOf(steps);
    }

    /// @param present as the kernel lists them: `0-3`, `0,2-3`
    /// @param online the same
    /// @param wanted at least 1
    public static CpuPlan of(String present, String online, int wanted) {
        var all = cpus(present);
        var on = cpus(online);
        var steps = new ArrayList<CpuSwitch>();
        for (int cpu : all) {
            if (on.size() >= wanted) break;
            if (on.add(cpu)) steps.add(new CpuSwitch(cpu, true));
        }
        while (on.size() > Math.max(wanted, 1)) steps.add(new CpuSwitch(on.removeLast(), false));
        return new CpuPlan(steps);
    }

    /// How many CPUs a list such as `0,2-3` names.
    public static int count(String list) {
        return cpus(list).size();
    }

    private static TreeSet<Integer> cpus(String list) {
        var cpus = new TreeSet<Integer>();
        for (String part : list.strip().split(",", -1)) {
            if (part.isBlank()) continue;
            String[] ends = part.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = ends.length == 2 ? Integer.parseInt(ends[1]) : first;
            for (int cpu = first; cpu <= last; cpu++) cpus.add(cpu);
        }
        return cpus;
    }
}
