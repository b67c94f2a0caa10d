package dev.elastigres.vm.guest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// One line of the control channel: `ID VERB WORD...`, each word in base64.
record GuestMessage(long id, String verb, List<byte[]> words) {
    GuestMessage {
        words = List.copyOf(words);
    }

    static GuestMessage of(long id, String verb, String... words) {
        var bytes = new ArrayList<byte[]>();
        for (String word : words) bytes.add(word.getBytes(StandardCharsets.UTF_8));
        return new GuestMessage(id, verb, bytes);
    }

    /// Parses a line; empty if it is not a message, such as the rest of an earlier session.
    static Optional<GuestMessage> parse(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length < 2 || !parts[0].matches("[0-9]{1,9}") || !parts[1].matches("[a-z]+"))
            return Optional.empty();
        try {
            var words = new ArrayList<byte[]>();
            for (int i = 2; i < parts.length; i++) words.add(Base64.getDecoder().decode(parts[i]));
            return Optional.of(new GuestMessage(Long.parseLong(parts[0]), parts[1], words));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    String line() {
        var line = new StringBuilder().append(id).append(' ').append(verb);
        for (byte[] word : words) line.append(' ').append(Base64.getEncoder().encodeToString(word));
        return line.toString();
    }

    byte[] data() {
        return words.isEmpty() ? new byte[0] : words.getFirst();
    }

    String text() {
        return new String(data(), StandardCharsets.UTF_8);
    }
}
