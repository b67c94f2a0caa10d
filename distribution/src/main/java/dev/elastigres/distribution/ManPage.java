package dev.elastigres.distribution;

/// The manual page of the monitor, generated from its `--help` output.
final class ManPage {
    /// The column at which the help describes a flag.
    private static final int DOC_COLUMN = 34;

    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    /// @param help what the monitor prints for `--help`
    static String from(String help, String version) {
        var man = new ManPage();
        man.page.append(DebianPackage.resource("man-head").replace("@VERSION@", version));
        help.lines().skip(1).forEach(man::add);
        return man.page.append(DebianPackage.resource("man-foot")).toString();
    }

    private void add(String line) {
        if (line.isBlank()) return;
        if (!line.startsWith(" ")) {
            boolean heading = line.endsWith(":");
            page.append(heading ? ".SS " + line.substring(0, line.length() - 1) : escaped(line));
            page.append('\n');
            return;
        }
        String doc = line.length() > DOC_COLUMN ? line.substring(DOC_COLUMN) : "";
        String flag = line.substring(0, Math.min(DOC_COLUMN, line.length())).strip();
        boolean whole = flag.isEmpty() || (!doc.isEmpty() && line.charAt(DOC_COLUMN - 1) == ' ');
        if (!whole) {
            flag = line.strip();
            doc = "";
        }
        if (!flag.isEmpty()) page.append(".TP\n.B ").append(flag.replace("-", "\\-")).append('\n');
        if (!doc.isEmpty()) page.append(escaped(doc)).append('\n');
    }

    /// Escapes a line of text for roff. A line that begins with `.` or `'` would be read as a
    /// request.
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
