package dev.elastigres.protocol.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.protocol.pods.WatchedContainer.CacheMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WatchListCodecTest {
    private static final String WATCH_LIST =
            """
            {"version":1,"containers":[
             {"uid":"u-1","namespace":"db","pod":"pg-0","container":"postgres","id":"abc0","cache":"none"},
             {"uid":"u-2","namespace":"db","pod":"pg-1","container":"postgres","id":"abc1","cache":"settings",
              "postgres":"host=a password=geheim"}]}
            """;

    static List<String> watchLists() throws IOException {
        return Files.readAllLines(
                Path.of("src/test/resources/dev/elastigres/protocol/pods/watch-lists.jsonl"));
    }

    @ParameterizedTest
    @MethodSource("watchLists")
    void watchListsRoundTripByteByByte(String line) throws Exception {
        assertThat(WatchListCodec.encode(WatchListCodec.decode(line))).isEqualTo(line);
    }

    @Test
    void decodesFieldsOfWatchList() throws Exception {
        assertThat(WatchListCodec.decode(WATCH_LIST).containers())
                .containsExactly(
                        new WatchedContainer(
                                "u-1",
                                "db",
                                "pg-0",
                                "postgres",
                                "abc0",
                                CacheMode.NONE,
                                Optional.empty()),
                        new WatchedContainer(
                                "u-2",
                                "db",
                                "pg-1",
                                "postgres",
                                "abc1",
                                CacheMode.SETTINGS,
                                Optional.of("host=a password=geheim")));
        WatchedContainer first = WatchListCodec.decode(WATCH_LIST).containers().getFirst();
        assertThat(first.key()).isEqualTo("u-1/postgres");
        assertThat(first.name()).isEqualTo("db/pg-0/postgres");
    }

    @Test
    void orderAndUnknownFieldsDoNotMatter() throws Exception {
        String text =
                """
                {"more":[{}],"containers":[{"postgres":null,"image":{"name":"x"},"cache":"none",
                 "id":"1","container":"c","pod":"p","namespace":"n","uid":"u"}],"version":1}
                """;
        assertThat(WatchListCodec.decode(text))
                .isEqualTo(
                        new WatchList(
                                List.of(
                                        new WatchedContainer(
                                                "u",
                                                "n",
                                                "p",
                                                "c",
                                                "1",
                                                CacheMode.NONE,
                                                Optional.empty()))));
    }

    @Test
    void showsNoConnectionString() throws Exception {
        WatchList watchList = WatchListCodec.decode(WATCH_LIST);
        assertThat(watchList.toString())
                .contains("db/pg-1/postgres (uid u-2, id abc1, cache settings, postgres)")
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"version\":1|\"version\":2|`version` is 2, and only 1 is known",
                "\"version\":1,||`version` is missing, or not a whole number",
                "\"containers\":|\"contains\":|`containers` is missing, or not a list",
                "{\"uid\":\"u-1\",|4,{\"uid\":\"u-1\",|`containers[0]` is not an object",
                "\"uid\":\"u-1\",||`containers[0]`: `uid` is missing",
                "\"u-1\"|1|`containers[0]`: `uid` is not a string",
                "\"u-1\"|\"..\"|`containers[0]`: `uid` is not a pod's uid",
                "\"u-1\"|\"\"|`containers[0]`: `uid` is not a pod's uid",
                "\"u-1\"|\"a/../b\"|`containers[0]`: `uid` is not a pod's uid",
                "\"u-1\"|\"u_1\"|`containers[0]`: `uid` is not a pod's uid",
                "\"abc1\"|\"ABC\"|`containers[1]`: `id` is not a container's id in hexadecimal",
                "\"abc1\"|\"../../x\"|`containers[1]`: `id` is not a container's id in hexadecimal",
                "\"abc1\"|\"containerd://abc1\"|`containers[1]`: `id` is not a container's id in hexadecimal",
                "\"db\",\"pod\":\"pg-1\"|\"a.b\",\"pod\":\"pg-1\"|`containers[1]`: `namespace` is not a namespace's name",
                "\"pg-1\"|\"pg-1-\"|`containers[1]`: `pod` is not a pod's name",
                "\"pg-1\"|\"a..b\"|`containers[1]`: `pod` is not a pod's name",
                "\"container\":\"postgres\",\"id\":\"abc1\"|\"container\":\"Post\",\"id\":\"abc1\"|`containers[1]`: `container` is not a container's name",
                "\"settings\"|\"some\"|`containers[1]`: `cache` is not one of none, settings, neon, auto",
                "\"host=a password=geheim\"|\" \"|`containers[1]`: `postgres` is empty, or longer than 8192",
                "\"host=a password=geheim\"|null|`containers[1]`: `postgres` is missing, and `cache` needs it",
                "\"u-2\",\"namespace\":\"db\",\"pod\":\"pg-1\"|\"u-1\",\"namespace\":\"db\",\"pod\":\"pg-1\"|`containers` has db/pg-1/postgres twice",
                "\"pg-1\"|\"pg-0\"|`containers` has db/pg-0/postgres twice",
                "\"host=a|host=a|is not JSON"
            })
    void isRefusedByName(String good, @Nullable String bad, String why) {
        assertThat(WATCH_LIST).contains(good);
        String text = WATCH_LIST.replace(good, bad == null ? "" : bad);
        assertThatThrownBy(() -> WatchListCodec.decode(text))
                .isInstanceOf(WatchListException.class)
                .hasMessage(why);
    }

    @Test
    void hasItsLimits() throws Exception {
        var max = new ArrayList<WatchedContainer>();
        for (int i = 0; i < WatchList.MAX_CONTAINERS; i++)
            max.add(
                    new WatchedContainer(
                            "u" + i, "n", "p" + i, "c", "1", CacheMode.NONE, Optional.empty()));
        assertThat(WatchListCodec.decode(WatchListCodec.encode(new WatchList(max))).containers())
                .hasSize(WatchList.MAX_CONTAINERS);
        max.add(
                new WatchedContainer(
                        "more", "n", "more", "c", "1", CacheMode.NONE, Optional.empty()));
        assertThatThrownBy(() -> new WatchList(max)).hasMessage("has more than 1024");
        String tooMany =
                "{\"version\":1,\"containers\":[%s]}"
                        .formatted(String.join(",", Collections.nCopies(1025, "0")));
        assertThatThrownBy(() -> WatchListCodec.decode(tooMany))
                .hasMessage("`containers` has more than 1024");

        var tooLong = new ArrayList<WatchedContainer>();
        for (int i = 0; i < 200; i++)
            tooLong.add(
                    new WatchedContainer(
                            "u" + i,
                            "n",
                            "p" + i,
                            "c",
                            "1",
                            CacheMode.AUTO,
                            Optional.of(
                                    "x".repeat(WatchedContainer.MAX_CONNECTION_STRING_LENGTH))));
        assertThatThrownBy(() -> WatchListCodec.encode(new WatchList(tooLong)))
                .isInstanceOf(WatchListException.class)
                .hasMessage("is longer than 1048576 bytes");
        for (String text :
                List.of(
                        WATCH_LIST + " ".repeat(WatchListCodec.MAX_BYTES),
                        WATCH_LIST + "\u20ac".repeat(WatchListCodec.MAX_BYTES / 3)))
            assertThatThrownBy(() -> WatchListCodec.decode(text))
                    .hasMessage("is longer than 1048576 bytes");
        for (String text : List.of("", "nonsense", "[".repeat(60_000), "{\"a\":1,\"a\":2}"))
            assertThatThrownBy(() -> WatchListCodec.decode(text)).hasMessage("is not JSON");
        assertThatThrownBy(() -> WatchListCodec.decode("[]")).hasMessage("is not a JSON object");
    }

    @Test
    void damagedWatchListsAreReadOrRefusedAndNeverQuoted() {
        var random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = WATCH_LIST.getBytes(StandardCharsets.UTF_8);
            for (int n = random.nextInt(1, 5); n > 0; n--)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                assertThat(WatchListCodec.decode(new String(bytes, StandardCharsets.UTF_8)))
                        .isNotNull();
            } catch (WatchListException e) {
                assertThat(e.getMessage())
                        .isNotBlank()
                        .hasSizeLessThan(500)
                        .doesNotContain("geheim");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
