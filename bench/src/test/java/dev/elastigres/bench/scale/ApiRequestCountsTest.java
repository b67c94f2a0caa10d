package dev.elastigres.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiRequestCountsTest {
    private static final String LINE =
            """
            {"kind":"Event","stage":"%s","requestURI":"/x","verb":"%s","user":{"username":"%s"},\
            "objectRef":{"resource":"%s"%s}}
            """;

    @TempDir private Path folder;

    @Test
    void countsRequestsOfOneAccountBetweenMarks() throws Exception {
        Path log = folder.resolve("audit.log");
        var requests = new ApiRequestCounts(log, "me");
        assertThat(requests.mark()).isZero();
        Files.writeString(log, LINE.formatted("ResponseComplete", "get", "me", "nodes", ""));
        long mark = requests.mark();
        Files.writeString(
                log,
                LINE.formatted(
                                "ResponseComplete",
                                "patch",
                                "me",
                                "pods",
                                ",\"subresource\":\"resize\"")
                        + LINE.formatted("ResponseStarted", "watch", "me", "pods", "")
                        + LINE.formatted("ResponseComplete", "watch", "me", "pods", "")
                        + LINE.formatted("ResponseComplete", "get", "you", "pods", ""),
                StandardOpenOption.APPEND);
        assertThat(requests.between(mark, requests.mark()))
                .isEqualTo(Map.of("patch pods/resize", 1, "watch pods", 1));
    }
}
