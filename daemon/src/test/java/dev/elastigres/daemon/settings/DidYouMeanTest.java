package dev.elastigres.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

    @ParameterizedTest
    @CsvSource({
        "abc, abc, 0",
        "abc, acb, 1",
        "abc, ab, 1",
        "abc, abcd, 1",
        "abc, abd, 1",
        "kitten, sitting, 3",
        "ca, abc, 3",
        "'', ab, 2",
    })
    void countsEdits(String a, String b, int edits) {
        assertThat(DidYouMean.distance(a, b, 4)).isEqualTo(edits);
        assertThat(DidYouMean.distance(b, a, 4)).isEqualTo(edits);
    }

    @Test
    void suggestsOnlySimilarNames() {
        var names = List.of("addr", "cgroup", "cgroup-overhead", "path.procfs", "path.cgroup");
        assertThat(DidYouMean.closest("adr", names)).hasValue("addr");
        assertThat(DidYouMean.closest("CGRUOP", names)).hasValue("cgroup");
        assertThat(DidYouMean.closest("cgroup-overhaed", names)).hasValue("cgroup-overhead");
        assertThat(DidYouMean.closest("path-procfs", names)).hasValue("path.procfs");
        assertThat(DidYouMean.closest("cgroup-over", names)).hasValue("cgroup-overhead");
        assertThat(DidYouMean.closest("port", names)).isEmpty();
        assertThat(DidYouMean.closest("x", names)).isEmpty();
        assertThat(DidYouMean.closest("", names)).isEmpty();
        assertThat(DidYouMean.closest("z".repeat(1_000_000), names)).isEmpty();
    }
}
