package dev.elastigres.vm.guest;

import java.time.Duration;

/// Switches the CPUs of a guest through its kernel.
public final class GuestCpus {
    private static final String FOLDER = "/sys/devices/system/cpu/";

    /// Timeout of each operation. Switching one CPU takes up to half a second under emulation, and
    /// much longer on a busy host.
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private GuestCpus() {}

    /// Returns the number of online CPUs.
    public static int online(GuestChannel guest) throws GuestException, InterruptedException {
        return CpuPlan.count(guest.readText(FOLDER + "online", TIMEOUT));
    }

    /// Waits until the guest's kernel has detected this many CPUs, online or offline.
    ///
    /// @return whether it has within the timeout
    public static boolean awaitPresent(GuestChannel guest, int wanted, Duration within)
            throws GuestException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (CpuPlan.count(guest.readText(FOLDER + "present", TIMEOUT)) < wanted) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(PAUSE);
        }
        return true;
    }

    /// Switches CPUs until `wanted` are online. Returns the number that is actually online.
    public static int set(GuestChannel guest, int wanted)
            throws GuestException, InterruptedException {
        var plan =
                CpuPlan.of(
                        guest.readText(FOLDER + "present", TIMEOUT),
                        guest.readText(FOLDER + "online", TIMEOUT),
                        wanted);
        for (var step : plan.steps()) {
            guest.write(FOLDER + "cpu" + step.cpu() + "/online", step.on() ? "1" : "0", TIMEOUT);
        }
        return online(guest);
    }
}
