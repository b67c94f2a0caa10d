package dev.elastigres.vm.guest;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Memory as reported by a guest's kernel.
///
/// @param total total memory, without the memory that the kernel reserved at boot
/// @param available memory available without swapping: free, or used by files that can be read
///     again
/// @param swapFree free swap space
public record GuestMemory(Bytes total, Bytes available, Bytes swapFree) {
    /// Minimum available memory. With less, the guest cannot move pages and may kill processes.
    private static final Bytes HEADROOM = Bytes.ofMebibytes(96);

    /// Timeout of each query. Under emulation a full guest may stall for seconds.
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

    /// Returns the memory that is online from this physical address upwards, in the kernel's memory
    /// blocks. A partly plugged block counts in full.
    public static Bytes onlineFrom(long address, GuestChannel guest)
            throws GuestException, InterruptedException {
        var result = guest.run(TIMEOUT, List.of("sh", "-c", LIST_BLOCKS));
        return online(address, result.output());
    }

    /// @param list the block size in hexadecimal, followed by the files of online blocks
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

    /// Returns how much memory can be unplugged without harm.
    public Bytes spare() {
        return available.plus(swapFree).minus(HEADROOM);
    }

    private static Bytes field(String meminfo, String name) throws GuestException.Refused {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d{1,15}) kB$").matcher(meminfo);
        if (!line.find()) throw new GuestException.Refused("/proc/meminfo has no " + name);
        return Bytes.ofKibibytes(Long.parseLong(line.group(1)));
    }
}
