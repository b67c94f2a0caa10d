package dev.elastigres.vm.guest;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a guest's kernel says of its memory.
/// @param total without what the kernel itself took at boot
/// @param available without swapping: free, or held by files that can be read again
/// @param swapFree where pages without a file can go
public record GuestMemory(Bytes total, Bytes available, Bytes swapFree) {
    /// Below this a guest has no room left to move its pages, and may kill for it.
    private static final Bytes HEADROOM = Bytes.ofMebibytes(96);

    /// Under emulation a guest that is full may stand still for seconds.
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String LIST_BLOCKS =
            "cd /sys/devices/system/memory && cat block_size_bytes && grep -lx online memory*/state";

    private static final Pattern BLOCK = Pattern.compile("memory(\\d{1,9})/state");

    public static GuestMemory of(GuestChannel guest) throws GuestException, InterruptedException {
        return parse(guest.readText("/proc/meminfo", TIMEOUT));
    }

    static GuestMemory parse(String meminfo) throws GuestException.Refused {
        return new GuestMemory(
                field(meminfo, "MemTotal"),
                field(meminfo, "MemAvailable"),
                field(meminfo, "SwapFree"));
    }

    /// How much memory the kernel has in use from this physical address up, in its own blocks: one
    /// that is plugged in part counts as a whole.
    public static Bytes onlineFrom(long address, GuestChannel guest)
            throws GuestException, InterruptedException {
        var result = guest.run(TIMEOUT, List.of("sh", "-c", LIST_BLOCKS));
        return online(address, result.output());
    }

    /// @param list the size of a block in hexadecimal, then the files of those that are online
    static Bytes online(long address, String list) throws GuestException.Refused {
        try {
            long size = Long.parseLong(list.lines().findFirst().orElse(""), 16);
            long count =
                    BLOCK.matcher(list)
                            .results()
                            .filter(block -> Long.parseLong(block.group(1)) * size >= address)
                            .count();
            return Bytes.of(count * size);
        } catch (NumberFormatException _) {
            throw new GuestException.Refused("the guest does not list its blocks of memory");
        }
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
