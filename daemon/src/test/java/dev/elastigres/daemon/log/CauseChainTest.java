package dev.elastigres.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class CauseChainTest {

    @Test
    void joinsTheMessages() {
        var root = new IOException("root");
        assertThat(CauseChain.chain(new Exception("outer", new Exception("cause", root))))
                .isEqualTo("outer: cause: root");
    }

    @Test
    void omitsRepeatedCauseMessages() {
        var root = new IOException("refused");
        assertThat(CauseChain.chain(new Exception(root))).isEqualTo("refused");
        assertThat(CauseChain.chain(new Exception("x", new RuntimeException(new Exception(root)))))
                .isEqualTo("x: refused");
        assertThat(CauseChain.chain(new Exception("cannot connect: refused", root)))
                .isEqualTo("cannot connect: refused");
        assertThat(CauseChain.chain(new Exception("same", new Exception("same"))))
                .isEqualTo("same");
    }

    @Test
    void usesTypeNameWhenMessageIsMissing() {
        assertThat(CauseChain.chain(new IOException())).isEqualTo("IOException");
        assertThat(CauseChain.chain(new IOException(" "))).isEqualTo("IOException");
        assertThat(CauseChain.chain(new UnknownHostException("h"))).isEqualTo("unknown host: h");
        assertThat(CauseChain.chain(new NoSuchFileException("/f"))).isEqualTo("no such file: /f");
    }

    @Test
    void aRingOfCausesHasAnEnd() {
        var one = new Exception("one");
        var two = new Exception("two", one);
        one.initCause(two);
        assertThat(CauseChain.chain(one)).startsWith("one: two: one").hasSizeLessThan(100);
    }
}
