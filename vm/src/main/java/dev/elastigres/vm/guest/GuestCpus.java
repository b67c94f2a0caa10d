package dev.elastigres.vm.guest;

import java.time.Duration;

/// The CPUs of a guest, switched through its kernel.
public final class GuestCpus {
    private static final String FOLDER = "/sys/devices/system/cpu/";

    /// One CPU takes up to half a second under emulation, much more on a busy host.
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private GuestCpus() {}

    /// How many are on.
    public static int online(GuestChannel guest) throws GuestException, InterruptedException {
        return CpuPlan.count(guest.readText(FOLDER + "online", TIMEOUT));
    }

    /// Waits until the guest's kernel has found this many, on or off.
    /// @return whether it has in time
    public static boolean awaitPresent(GuestChannel guest, int wanted, Duration within)
            throws GuestException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (CpuPlan.count(guest.readText(FOLDER + "present", TIMEOUT)) < wanted) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(PAUSE);
        }
        return true;
    }

    /// Switches CPUs until `wanted` are on, and says how many truly are.
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
