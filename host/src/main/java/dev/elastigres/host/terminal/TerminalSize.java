package dev.elastigres.host.terminal;

import dev.elastigres.host.process.ExternalProgramException;
import java.util.Optional;

/// Size of a terminal in characters.
public record TerminalSize(int rows, int columns) {

    /// Returns the size of this process' terminal; empty if it has none.
    public static Optional<TerminalSize> read() {
        try {
            return parse(RawTerminal.stty("size"));
        } catch (ExternalProgramException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// @param text number of rows and number of columns, as `stty size` prints them
    static Optional<TerminalSize> parse(String text) {
        String[] numbers = text.strip().split(" ", -1);
        if (numbers.length != 2) return Optional.empty();
        try {
            var size = new TerminalSize(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
            return size.rows > 0 && size.columns > 0 ? Optional.of(size) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
