package dev.elastigres.agent.hold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldStoreTest {
    private static final Instant BEGIN = Instant.parse("2026-11-29T10:00:00Z");
    private static final Resources SIZE = new Resources(0.5, Bytes.ofGibibytes(2));
    private static final VmHold PAUSE = VmHold.pause(Duration.ofHours(1), BEGIN, "127.0.0.1:1");
    private static final VmHold PIN = VmHold.pin(SIZE, Optional.empty(), BEGIN, "127.0.0.1:2");

    @TempDir Path folder;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC());
    private Instant now = BEGIN;
    private final InstantSource clock = () -> now;

    private HoldStore open() {
        return HoldStore.open(folder, clock, log);
    }

    @Test
    void holdsSurviveTheAgent() {
        HoldStore store = open();
        assertThat(store.place("db", PAUSE)).isTrue();
        assertThat(store.place("shop/db-0", PIN)).isTrue();
        HoldStore later = open();
        assertThat(later.of("db")).contains(PAUSE);
        assertThat(later.of("shop/db-0")).contains(PIN);
        assertThat(later.of("other")).isEmpty();
    }

    @Test
    void aPauseEndsByItselfAndAPinWhenItIsReleased() {
        HoldStore store = open();
        store.place("db", PAUSE);
        store.place("other", PIN);
        now = BEGIN.plus(Duration.ofHours(1));
        assertThat(store.of("db")).isEmpty();
        assertThat(store.release("db")).isEmpty();
        now = BEGIN.plus(Duration.ofDays(1000));
        assertThat(store.of("other")).contains(PIN);
        assertThat(store.release("other")).contains(PIN);
        assertThat(open().of("other")).isEmpty();
    }

    @Test
    void aDamagedFileIsLoggedAndReplaced() throws Exception {
        Files.writeString(folder.resolve("holds.json"), "{\"db\":");
        HoldStore store = open();
        assertThat(store.of("db")).isEmpty();
        assertThat(logged.toString(UTF_8)).contains("pauses and pins of an earlier agent are lost");
        store.place("db", PIN);
        assertThat(open().of("db")).contains(PIN);
    }

    @Test
    void ignoresInvalidEntries() throws Exception {
        Files.writeString(
                folder.resolve("holds.json"),
                "{\"a\":{\"by\":\"x\"},\"b\":{\"until\":\"soon\"},\"c\":1,\"d\":{\"cpus\":-1,\"memory_bytes\":1},"
                        + "\"e\":{\"cpus\":2,\"memory_bytes\":1024,\"by\":\"x\"}}");
        HoldStore store = open();
        assertThat(store.of("a")).isEmpty();
        assertThat(store.of("b")).isEmpty();
        assertThat(store.of("c")).isEmpty();
        assertThat(store.of("d")).isEmpty();
        assertThat(store.of("e")).isPresent();
    }

    @Test
    void aFolderThatCannotBeWrittenLosesNothingNow() throws Exception {
        HoldStore store = HoldStore.open(folder.resolve("none"), clock, log);
        store.place("db", PAUSE);
        assertThat(store.of("db")).contains(PAUSE);
        assertThat(logged.toString(UTF_8)).contains("pauses and pins end with this agent");
    }

    @Test
    void aHoldIsOneClause() {
        assertThat(PAUSE.text()).isEqualTo("was paused until 2026-11-29T11:00:00Z by 127.0.0.1:1");
        assertThat(PIN.text()).isEqualTo("was pinned to 0.5 CPUs and 2GiB by 127.0.0.1:2");
    }
}
