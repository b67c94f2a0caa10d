package dev.elastigres.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class CausesTest {

    @Test
    void joinsTheMessages() {
        var root = new IOException("root");
        assertThat(Causes.chain(new Exception("outer", new Exception("cause", root))))
                .isEqualTo("outer: cause: root");
    }

    @Test
    void leavesOutWhatOnlyRepeats() {
        var root = new IOException("refused");
        assertThat(Causes.chain(new Exception(root))).isEqualTo("refused");
        assertThat(Causes.chain(new Exception("x", new RuntimeException(new Exception(root)))))
                .isEqualTo("x: refused");
        assertThat(Causes.chain(new Exception("cannot connect: refused", root)))
                .isEqualTo("cannot connect: refused");
        assertThat(Causes.chain(new Exception("same", new Exception("same")))).isEqualTo("same");
    }

    @Test
    void saysSomethingWhereThereIsNoMessage() {
        assertThat(Causes.chain(new IOException())).isEqualTo("IOException");
        assertThat(Causes.chain(new IOException(" "))).isEqualTo("IOException");
        assertThat(Causes.chain(new UnknownHostException("h"))).isEqualTo("unknown host: h");
        assertThat(Causes.chain(new NoSuchFileException("/f"))).isEqualTo("no such file: /f");
    }

    @Test
    void aRingOfCausesHasAnEnd() {
        var one = new Exception("one");
        var two = new Exception("two", one);
        one.initCause(two);
        assertThat(Causes.chain(one)).startsWith("one: two: one").hasSizeLessThan(100);
    }
}
