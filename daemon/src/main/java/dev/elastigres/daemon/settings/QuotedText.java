package dev.elastigres.daemon.settings;

/// Escapes text from users for messages and files.
final class QuotedText {
    private static final int MAX_LENGTH = 80;

    private QuotedText() {}

    /// Returns the text in quotes, on one line, and truncated if long.
    static String text(String text) {
        return '"' + plain(text) + '"';
    }

    /// Returns the same without quotes, or `***` for a connection string.
    static String plain(String text) {
        if (ConnectionText.isIn(text)) return "***";
        boolean cut = text.length() > MAX_LENGTH;
        return escape(cut ? text.substring(0, MAX_LENGTH) : text) + (cut ? "..." : "");
    }

    /// Returns the text as a basic TOML string.
    static String toml(String text) {
        return '"' + escape(text) + '"';
    }

    private static String escape(String text) {
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') escaped.append('\\').append(c);
            else if (c == '\n') escaped.append("\\n");
            else if (c == '\t') escaped.append("\\t");
            else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029')
                escaped.append("\\u%04X".formatted((int) c));
            else escaped.append(c);
        }
        return escaped.toString();
    }
}
