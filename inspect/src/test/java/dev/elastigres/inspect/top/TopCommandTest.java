package dev.elastigres.inspect.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// The command without a terminal, over a real socket.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class TopCommandTest {
    private static final String STATUS =
            """
            {"driver":"vm","problems":["db: cache metrics: refused"],"vms":[
            {"name":"db","state":"settled","why":"db has what it needs",
            "size":{"cpus":0.5,"memory_bytes":2147483648},"max":null,
            "problems":{"cache_metrics":"refused"}}]}""";

    @Test
    void printsTheVmsOnce() throws Exception {
        HttpServer agent =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Routes.NONE.with("/status", _ -> Response.json(200, STATUS)),
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        });
        String address = HostPort.of(agent.address()).toString();
        assertThat(run(0, address).lines().map(it -> it.replaceAll(" {2,}", "|")))
                .containsExactly(
                        "NAME|CPU|MEMORY|STATE|WHY",
                        "db|0.5|2GiB|settled|db has what it needs; cache metrics: refused",
                        "problem: db: cache metrics: refused");
        agent.close();
        assertThat(run(1, address)).isEqualTo("top: no agent answers at " + address + "\n");
    }

    private static String run(int code, String address) {
        var output = new ByteArrayOutputStream();
        var stream = new PrintStream(output, true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(stream);
        System.setErr(stream);
        try {
            assertThat(new CommandLine(new TopCommand()).execute("--address", address))
                    .isEqualTo(code);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
