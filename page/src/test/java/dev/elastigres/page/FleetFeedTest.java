package dev.elastigres.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.page.FleetFeed.FeedUpdate;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FleetFeedTest {
    private final SampleFleet fleet = new SampleFleet();
    private final FleetFeed feed = new FleetFeed(fleet);

    @Test
    void theFirstUpdateIsComplete() throws Exception {
        fleet.put("a", 1, 1);
        fleet.put("b", 2, 4);
        FeedUpdate first = feed.since(0, 42);
        assertThat(first.complete()).isTrue();
        Json.Obj message = message(first);
        assertThat(message.whole("at")).hasValue(42);
        assertThat(names(message)).containsExactly("a", "b");
        assertThat(message.object("host").orElseThrow().compact())
                .contains(
                        "\"title\":\"host-1\"",
                        "\"waiting\":{\"cpus\":2.0,\"memory_bytes\":2147483648,\"count\":1}");
        assertThat(((Json.Obj) message.list("machines").get(1)).compact())
                .contains(
                        "\"attention\":\"blocked\"", "\"size\":{\"cpus\":2.0,", "\"demand\":null");
    }

    @Test
    void laterUpdatesContainOnlyChanges() throws Exception {
        fleet.put("a", 1, 1);
        fleet.put("b", 1, 1);
        long seen = feed.since(0, 1).version();
        assertThat(next(seen).message()).isEmpty();
        fleet.put("b", 2, 2);
        FeedUpdate second = next(seen);
        assertThat(second.complete()).isFalse();
        assertThat(names(message(second))).containsExactly("b");
        assertThat(message(second).get("host")).contains(new Json.Null());
        fleet.machines.remove("a");
        FeedUpdate third = next(second.version());
        assertThat(message(third).list("gone")).containsExactly(new Json.Str("a"));
        // A stream that was slow gets both changes at once.
        FeedUpdate both = feed.since(seen, 1);
        assertThat(names(message(both))).containsExactly("b");
        assertThat(message(both).list("gone")).containsExactly(new Json.Str("a"));
    }

    @Test
    void aMachineThatCameBackIsNotGone() throws Exception {
        fleet.put("a", 1, 1);
        long seen = feed.since(0, 1).version();
        fleet.machines.clear();
        next(seen);
        fleet.put("a", 1, 1);
        FeedUpdate back = next(seen);
        assertThat(names(message(back))).containsExactly("a");
        assertThat(message(back).list("gone")).isEmpty();
    }

    /// Removals are remembered up to a limit; a stream that has missed more starts anew.
    @Test
    void aStreamThatMissedTooManyRemovalsGetsEverything() throws Exception {
        for (int i = 0; i < 300; i++) fleet.put("vm-" + i, 1, 1);
        long seen = feed.since(0, 1).version();
        fleet.machines.clear();
        fleet.put("left", 1, 1);
        FeedUpdate update = next(seen);
        assertThat(update.complete()).isTrue();
        assertThat(names(message(update))).containsExactly("left");
        assertThat(message(update).list("gone")).isEmpty();
        assertThat(message(update).object("host")).isPresent();
    }

    /// Returns the update after the next look at the source.
    private FeedUpdate next(long seen) {
        LockSupport.parkNanos(FleetFeed.INTERVAL.toNanos());
        return feed.since(seen, 1);
    }

    private static Json.Obj message(FeedUpdate update) throws Exception {
        return (Json.Obj) Json.parse(update.message().orElseThrow());
    }

    private static List<String> names(Json.Obj message) {
        return message.list("machines").stream()
                .map(it -> ((Json.Obj) it).text("name").orElseThrow())
                .toList();
    }
}
