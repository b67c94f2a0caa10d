package dev.elastigres.protocol.pods;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Fuzzes watch lists. A decoded list must survive encoding and decoding.
class WatchListFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void anyTextIsReadOrRefused(byte[] bytes) throws WatchListException {
        WatchList watchList;
        try {
            watchList = WatchListCodec.decode(new String(bytes, UTF_8));
        } catch (WatchListException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1000);
            return;
        }
        for (WatchedContainer each : watchList.containers())
            assertThat(each.key() + each.id()).matches("[0-9A-Za-z/-]+");
        assertThat(WatchListCodec.decode(WatchListCodec.encode(watchList))).isEqualTo(watchList);
    }
}
