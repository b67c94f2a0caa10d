package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.state.MemoryRange;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Runs [SurviveBench] and prints its rows.
@Command(
        name = "survive",
        description = {
            "Check whether a burst that needs more than its VM has is killed, if memory arrives some"
                    + " time after the request.",
            "",
            "A VM of 1 GiB without swap runs an idle Postgres and one monitor at a time. Each"
                    + " request adds 1 GiB of real memory after the delay; only then it is"
                    + " announced. A burst allocates 1.2 GiB and holds it. A monitor has seen one grant"
                    + " with that delay before its first burst; after each burst the VM shrinks back.",
            "",
            "stall: how much longer a burst took than with sufficient memory.",
            "grown: growth from its requests, including pending grants.",
            "needed: growth that keeps its memory below the threshold.",
            ""
        },
        footer = "elastigres bench survive --rates 100 --delays 1,2")
final class SurviveBenchCommand extends BenchTask {
    private static final long MIN_MILLIS = 100;
    private static final long MAX_MILLIS = 60_000;

    @Option(
            names = "--rates",
            split = ",",
            paramLabel = "MIB",
            defaultValue = "50,100,200,0",
            converter = BurstRate.BurstRateConverter.class,
            description = "In MiB/s; 0: as fast as the machine can (default: 50,100,200,0).")
    private List<BurstRate> rates = List.of();

    @Option(
            names = "--delays",
            split = ",",
            paramLabel = "SECONDS",
            defaultValue = "0.5,1,2,4,8",
            converter = DelayConverter.class,
            description = "From a request to the memory (default: 0.5,1,2,4,8).")
    private List<Duration> delays = List.of();

    @Mixin private SamplingRuleOptions rules = new SamplingRuleOptions();

    @Mixin private VmBenchOptions vm = new VmBenchOptions();

    private static final class DelayConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (text.matches("\\d{1,2}(\\.\\d{1,3})?")) {
                long millis = Math.round(Double.parseDouble(text) * 1000);
                if (millis >= MIN_MILLIS && millis <= MAX_MILLIS) return Duration.ofMillis(millis);
            }
            throw new TypeConversionException("'" + text + "' is not 0.1 to 60 seconds");
        }
    }

    @Override
    protected void run(StopRequest stop)
            throws HarnessException, VmException, GuestException, InterruptedException {
        var plan = new SurviveBenchPlan(rules.list(), rates, delays);
        try (var temporary = TemporaryMachines.create(this::report);
                var guest =
                        vm.boot(
                                temporary,
                                new MemoryRange(SurviveBenchPlan.SMALL, SurviveBenchPlan.LARGE),
                                this::report)) {
            new SurviveBench(plan, guest, this::print, this::report, stop).run();
        }
    }
}
