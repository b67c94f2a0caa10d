package dev.elastigres.vm.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The CPUs to switch on or off in a guest to reach a wanted number of online CPUs. CPU 0 always
/// stays online. The lowest CPUs are switched on first and the highest switched off first.
public record CpuPlan(List<CpuSwitch> steps) {

    public record CpuSwitch(int cpu, boolean on) {}

    public CpuPlan {
        steps = List.copyOf(steps);
    }

    /// @param present list of present CPUs in the kernel's format: `0-3`, `0,2-3`
    /// @param online list of online CPUs
    /// @param wanted number of online CPUs, at least 1
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

    /// Returns the number of CPUs in a list such as `0,2-3`.
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
