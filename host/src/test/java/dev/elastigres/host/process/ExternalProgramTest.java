package dev.elastigres.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ExternalProgramTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void outputLineByLine() throws Exception {
        var lines = new ArrayList<String>();
        assertThat(
                        ExternalProgram.of(LONG, "sh", "-c", "echo a; echo b >&2; echo c")
                                .run(lines::add))
                .isEqualTo("a\nb\nc\n");
        assertThat(lines).containsExactly("a", "b", "c");
    }

    @Test
    void failureContainsLastOutput() {
        assertThatThrownBy(() -> ExternalProgram.of(LONG, "sh", "-c", "echo sorry; exit 3").run())
                .isInstanceOf(ExternalProgramException.class)
                .hasMessage("sh failed with code 3: sorry");
        assertThatThrownBy(() -> ExternalProgram.of(LONG, "no-such-program").run())
                .isInstanceOf(ExternalProgramException.class);
    }

    @Test
    void endsHungCommandWithItsChildren() {
        var program = ExternalProgram.of(Duration.ofMillis(300), "sh", "-c", "sleep 98765; true");
        assertThatThrownBy(program::run).hasMessageContaining("took longer than");
        assertThat(ProcessIdentity.withArgument("98765").filter(ProcessIdentity::isAlive))
                .isEmpty();
    }

    @Test
    void programsOfAdministratorsAreFound() {
        assertThat(ExternalProgram.find("sh")).isPresent();
        assertThat(ExternalProgram.find("no-such-program")).isEmpty();
    }

    @Test
    void aProcessIsItself() {
        var self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(self.isAlive()).isTrue();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() + 1, self.bootId()).isAlive())
                .isFalse();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks(), "other").isAlive()).isFalse();
        assertThat(ProcessIdentity.of(1L << 30)).isEmpty();
    }
}
