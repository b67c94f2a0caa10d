package dev.elastigres.host.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.terminal.TerminalKey.KeyKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalKeyTest {
    @ParameterizedTest
    @CsvSource({
        "[A, UP",
        "OA, UP",
        "[B, DOWN",
        "OB, DOWN",
        "[5~, PAGE_UP",
        "[6~, PAGE_DOWN",
        "[H, HOME",
        "[1~, HOME",
        "OF, END",
        "[4~, END"
    })
    void decodesSequencesOfXterm(String sequence, KeyKind expected) {
        assertThat(decode("\u001b" + sequence + "q"))
                .containsExactly(
                        new TerminalKey(expected, 0), new TerminalKey(KeyKind.CHARACTER, 'q'));
    }

    @Test
    void decodesCharactersAndControls() {
        assertThat(decode("aß\r\u007f"))
                .containsExactly(
                        new TerminalKey(KeyKind.CHARACTER, 'a'),
                        new TerminalKey(KeyKind.CHARACTER, 'ß'),
                        new TerminalKey(KeyKind.ENTER, 0),
                        new TerminalKey(KeyKind.BACKSPACE, 0));
        assertThat(decode("\u001b")).containsExactly(new TerminalKey(KeyKind.ESCAPE, 0));
        assertThat(decode("a").getFirst().is('a')).isTrue();
        assertThat(decode("\r").getFirst().is('\r')).isFalse();
    }

    @Test
    void ignoresUnknownSequencesAndControlCharacters() {
        assertThat(decode("\u001b[1;5C\u0001\u001b[20~")).isEmpty();
        assertThat(decode("\u001b[")).allMatch(it -> it.kind() != KeyKind.UP);
        assertThat(decode("\u001b[1")).isEmpty();
    }

    private static List<TerminalKey> decode(String typed) {
        return TerminalKey.decode(typed.getBytes(StandardCharsets.UTF_8));
    }
}
