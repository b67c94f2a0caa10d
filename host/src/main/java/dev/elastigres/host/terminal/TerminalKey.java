package dev.elastigres.host.terminal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A key press on a terminal.
///
/// @param kind kind of the key
/// @param character the character of a [KeyKind#CHARACTER] key; zero otherwise
public record TerminalKey(KeyKind kind, int character) {
    private static final int ESCAPE = 0x1b;
    private static final int DELETE = 0x7f;

    /// Kinds of keys.
    public enum KeyKind {
        CHARACTER,
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        ENTER,
        BACKSPACE,
        ESCAPE
    }

    /// Decodes the bytes of one read from a terminal, in UTF-8 and with the escape sequences of
    /// xterm. Unknown sequences and control characters are ignored. A sequence must not be split
    /// between two reads; terminals send each in one write.
    public static List<TerminalKey> decode(byte[] bytes) {
        int[] input = new String(bytes, StandardCharsets.UTF_8).codePoints().toArray();
        var keys = new ArrayList<TerminalKey>();
        for (int i = 0; i < input.length; i++) {
            boolean isSequence =
                    input[i] == ESCAPE
                            && i + 2 < input.length
                            && (input[i + 1] == '[' || input[i + 1] == 'O');
            if (isSequence) {
                int end = i + 2;
                while (end < input.length - 1 && isParameter(input[end])) end++;
                keys.addAll(sequence(new String(input, i + 2, end - i - 1)));
                i = end;
            } else keys.addAll(single(input[i]));
        }
        return keys;
    }

    private static boolean isParameter(int character) {
        return character == ';' || (character >= '0' && character <= '9');
    }

    private static List<TerminalKey> sequence(String rest) {
        return switch (rest) {
            case "A" -> of(KeyKind.UP);
            case "B" -> of(KeyKind.DOWN);
            case "H", "1~", "7~" -> of(KeyKind.HOME);
            case "F", "4~", "8~" -> of(KeyKind.END);
            case "5~" -> of(KeyKind.PAGE_UP);
            case "6~" -> of(KeyKind.PAGE_DOWN);
            default -> List.of();
        };
    }

    private static List<TerminalKey> single(int character) {
        return switch (character) {
            case '\r', '\n' -> of(KeyKind.ENTER);
            case '\b', DELETE -> of(KeyKind.BACKSPACE);
            case ESCAPE -> of(KeyKind.ESCAPE);
            default ->
                    Character.isISOControl(character)
                            ? List.of()
                            : List.of(new TerminalKey(KeyKind.CHARACTER, character));
        };
    }

    private static List<TerminalKey> of(KeyKind kind) {
        return List.of(new TerminalKey(kind, 0));
    }

    /// Returns whether this is the key of the ASCII character.
    public boolean is(char ascii) {
        return kind == KeyKind.CHARACTER && character == ascii;
    }
}
