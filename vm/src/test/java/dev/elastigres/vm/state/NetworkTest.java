package dev.elastigres.vm.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    private static final List<PublishedPort> PORTS = List.of(new PublishedPort(15432, 5432));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "tap:br0,10.9.0.2/24",
                "tap:br0.7,10.9.0.2/24,10.9.0.1",
                "tap:x,255.255.255.255/32"
            })
    void isReadAndKept(String text) throws Exception {
        Network network = Network.parse(text, List.of(), true);
        Json.Obj kept = network.describedIn(Json.object());
        assertThat(Network.from((Json.Obj) Json.parse(kept.compact()))).isEqualTo(network);
        if (network instanceof Network.Tap tap) assertThat(tap).hasToString(text);
    }

    @Test
    void onlyQemusOwnHasPorts() throws Exception {
        assertThat(Network.parse("user", PORTS, true).publications()).isEqualTo(PORTS);
        assertThat(Network.from(Network.parse("user", PORTS, false).describedIn(Json.object())))
                .isEqualTo(new Network.User(PORTS));
        assertThatThrownBy(() -> Network.parse("tap:br0,10.9.0.2/24", PORTS, true))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageContaining("--publish");
        assertThatThrownBy(() -> Network.parse("tap:br0,10.9.0.2/24", List.of(), false))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageContaining("--no-agent-ports");
    }

    @Test
    void opensAgentPortsByDefault() throws Exception {
        assertThat(Network.parse("user", PORTS, true).guestPortsForAgents())
                .containsExactly(10301, 9100, 9499);
        assertThat(Network.parse("user", PORTS, false).guestPortsForAgents()).isEmpty();
        assertThat(Network.closed().guestPortsForAgents()).isEmpty();
        assertThat(Network.parse("tap:br0,10.9.0.2/24", List.of(), true).guestPortsForAgents())
                .isEmpty();
        // A guest port that is published needs no other port.
        var own = List.of(new PublishedPort(20000, 9100));
        assertThat(Network.parse("user", own, true).guestPortsForAgents())
                .containsExactly(10301, 9499);
    }

    @Test
    void freePortsDifferFromEachOther() throws Exception {
        List<PublishedPort> free = PublishedPort.free(List.of(10301, 9100, 9499));
        assertThat(free).extracting(PublishedPort::guestPort).containsExactly(10301, 9100, 9499);
        assertThat(free).extracting(PublishedPort::hostPort).doesNotHaveDuplicates();
    }

    @Test
    void aDescriptionWithoutOneMeansQemusOwn() throws Exception {
        var old =
                (Json.Obj)
                        Json.parse("{\"published\":[{\"host_port\":15432,\"guest_port\":5432}]}");
        assertThat(Network.from(old)).isEqualTo(new Network.User(PORTS, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tap",
                "tap:br0",
                "tap:,10.9.0.2/24",
                "tap:br0,10.9.0.2",
                "tap:br0,10.9.0.256/24",
                "tap:br0,10.9.0.2/33",
                "tap:br0,10.9.0.2/24,",
                "tap:br0 x,10.9.0.2/24",
                "tap:sixteen-letters-,10.9.0.2/24",
                "tap:br0,10.9.0.2/24,gateway"
            })
    void rejectsInvalidNetworks(String text) {
        assertThatThrownBy(() -> Network.parse(text, List.of(), true))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageContaining("is not a network");
        assertThatThrownBy(() -> new Network.Tap("br0", "10.9.0.2", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
