package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.List;

/// Records the cache size and MemTotal in the guest, from start to stop.
record CacheTrace(LabVm vm) {
    /// The setting is read first, so that memory that arrives between the two reads cannot make
    /// the cache look too large.
    private static final String START =
            """
            setsid perl -e '
                sub text { local (@ARGV, $/) = @_; <> }
                open(my $trace, ">", "/tmp/trace");
                $trace->autoflush;
                while (!-e "/tmp/trace-end") {
                    text("/var/lib/postgresql/data/postgresql.auto.conf") =~ /^effective_cache_size = .(\\d+)(\\w*)/m or next;
                    my $size = "$1$2";
                    text("/proc/meminfo") =~ /^MemTotal: +(\\d+)/m;
                    print $trace "$size $1\\n";
                    select(undef, undef, undef, 0.01);
                }
                print $trace "end\\n";
            ' > /tmp/trace.errors 2>&1 < /dev/null &
            while [ ! -s /tmp/trace ]; do sleep 0.02; done
            """;

    static CacheTrace start(LabVm vm) throws VmException, GuestException, InterruptedException {
        vm.sh(START);
        return new CacheTrace(vm);
    }

    /// Stops the recording. The cache must never have exceeded its share of the memory.
    ///
    /// @param first the cache's size at the start
    /// @param last the cache's size at the end
    void stop(Bytes first, Bytes last) throws VmException, GuestException, InterruptedException {
        String all =
                vm.sh(
                        """
                        touch /tmp/trace-end
                        while [ "$(tail -n 1 /tmp/trace)" != end ]; do sleep 0.02; done
                        cat /tmp/trace
                        """);
        List<CacheReading> seen =
                all.lines().filter(it -> !it.equals("end")).map(CacheReading::of).toList();
        assertThat(seen).first().extracting(CacheReading::cache).isEqualTo(first);
        assertThat(seen).last().extracting(CacheReading::cache).isEqualTo(last);
        assertThat(seen)
                .allSatisfy(
                        it ->
                                assertThat(it.cache())
                                        .as("with %s of memory", it.total())
                                        .isLessThanOrEqualTo(it.total().times(0.75)));
    }

    private record CacheReading(Bytes cache, Bytes total) {
        static CacheReading of(String line) {
            String[] words = line.split(" ", -1);
            return new CacheReading(
                    kilobytes(words[0]), Bytes.ofKibibytes(Long.parseLong(words[1])));
        }

        private static Bytes kilobytes(String size) {
            assertThat(size).endsWith("kB");
            return Bytes.ofKibibytes(Long.parseLong(size.substring(0, size.length() - 2)));
        }
    }
}
