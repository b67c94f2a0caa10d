package dev.elastigres.vm.guest;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a guest's kernel says of its memory.
/// @param total without what the kernel itself took at boot
/// @param available without swapping: free, or held by files that can be read again
/// @param swapFree where pages without a file can go
public record GuestMemory(Bytes total, Bytes available, Bytes swapFree) {
    /// Below this a guest has no room left to move its pages, and may kill for it.
    private static final Bytes HEADROOM = Bytes.ofMebibytes(96);

    private static final Duration LIMIT = Duration.ofSeconds(10);

    public static GuestMemory of(GuestChannel guest) throws GuestException, InterruptedException {
        return parse(guest.readText("/proc/meminfo", LIMIT));
    }

    static GuestMemory parse(String meminfo) throws GuestException.Refused {
        return new GuestMemory(
                field(meminfo, "MemTotal"),
                field(meminfo, "MemAvailable"),
                field(meminfo, "SwapFree"));
    }

    public Bytes inUse() {
        return total.minus(available);
    }

    /// How much can be taken away without harm.
    public Bytes spare() {
        return available.plus(swapFree).minus(HEADROOM);
    }

    private static Bytes field(String meminfo, String name) throws GuestException.Refused {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d{1,15}) kB$").matcher(meminfo);
        if (!line.find()) throw new GuestException.Refused("/proc/meminfo has no " + name);
        return Bytes.ofKibibytes(Long.parseLong(line.group(1)));
    }
}
