package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.ResizeReport;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizeMetersTest {
    private static final Resources ONE = ComputeUnit.DEFAULT.times(1);
    private static final Resources TWO = ComputeUnit.DEFAULT.times(2);
    private static final Duration TOOK = Duration.ofMillis(700);

    private final ResizeMeters meters = new ResizeMeters();

    private String page() {
        var page = new MetricsWriter(MetricsFormat.TEXT);
        meters.write(page);
        return page.finish();
    }

    private void ended(Resources from, Resources to, ResizeOutcome outcome) {
        meters.ended(new ResizeReport(from, to, TOOK, outcome));
    }

    private static String attempts(String resource, String direction, String outcome, int count) {
        return "elastigres_agent_resize_attempts_total{resource=\"%s\",direction=\"%s\",outcome=\"%s\"} %d\n"
                .formatted(resource, direction, outcome, count);
    }

    private static String timed(String resource, String direction, int count) {
        return "elastigres_agent_resize_seconds_count{resource=\"%s\",direction=\"%s\"} %d\n"
                .formatted(resource, direction, count);
    }

    @Test
    void aResizeOfBothResourcesCountsForEach() {
        ended(ONE, TWO, new ResizeOutcome.Done(TWO));
        assertThat(page())
                .contains(
                        attempts("cpu", "up", "done", 1),
                        attempts("memory", "up", "done", 1),
                        attempts("memory", "down", "done", 0),
                        timed("cpu", "up", 1),
                        timed("memory", "up", 1),
                        "{resource=\"cpu\",direction=\"up\",le=\"0.5\"} 0\n",
                        "{resource=\"cpu\",direction=\"up\",le=\"1.0\"} 1\n");
    }

    @Test
    void countsOnlyResourcesThatChange() {
        var less = new Resources(TWO.vcpus(), ONE.memory());
        ended(TWO, less, new ResizeOutcome.Done(less));
        assertThat(page())
                .contains(
                        attempts("memory", "down", "done", 1),
                        attempts("cpu", "down", "done", 0),
                        timed("cpu", "down", 0));
    }

    @Test
    void onlySuccessfulOnesAreTimed() {
        ended(ONE, TWO, new ResizeOutcome.Failed("no"));
        ended(TWO, ONE, new ResizeOutcome.Refused(TWO, "in use"));
        assertThat(page())
                .contains(
                        attempts("cpu", "up", "failed", 1),
                        attempts("memory", "up", "failed", 1),
                        attempts("cpu", "down", "refused", 1),
                        attempts("memory", "down", "refused", 1),
                        timed("memory", "up", 0),
                        timed("memory", "down", 0));
    }

    @Test
    void aPartThatIsDoneCountsAsDone() {
        var onlyCpus = new Resources(TWO.vcpus(), Bytes.ofMebibytes(1500));
        ended(ONE, TWO, new ResizeOutcome.Partial(onlyCpus, Optional.empty()));
        ended(
                TWO,
                ONE,
                new ResizeOutcome.PerResource(
                        TWO,
                        new ResourceOutcome.Failed(ResizeFailure.QUOTA, "quota"),
                        new ResourceOutcome.HeldByPageCache("cache")));
        assertThat(page())
                .contains(
                        attempts("cpu", "up", "done", 1),
                        attempts("memory", "up", "partial", 1),
                        attempts("cpu", "down", "failed", 1),
                        attempts("memory", "down", "partial", 1));
    }
}
