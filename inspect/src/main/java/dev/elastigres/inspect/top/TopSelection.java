package dev.elastigres.inspect.top;

import dev.elastigres.host.terminal.TerminalKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the user has selected: a VM, and the VMs that are shown.
///
/// @param selected name of the selected VM; empty for the first one
/// @param search text that names of shown VMs contain; empty for all
/// @param isTyping whether keys extend the search text
/// @param isClosed whether the user has closed the view
record TopSelection(Optional<String> selected, String search, boolean isTyping, boolean isClosed) {
    static final TopSelection INITIAL = new TopSelection(Optional.empty(), "", false, false);

    private static final int MAX_SEARCH_LENGTH = 60;

    /// Returns the VMs to show.
    List<VmOverview> shown(List<VmOverview> vms) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return vms.stream()
                .filter(it -> it.name().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    /// Returns the index of the selected VM in `shown`; zero if it is not shown.
    int index(List<VmOverview> shown) {
        for (int i = 0; i < shown.size(); i++)
            if (selected.equals(Optional.of(shown.get(i).name()))) return i;
        return 0;
    }

    /// Returns the selection after a key.
    ///
    /// @param page number of VMs on one page
    TopSelection after(TerminalKey key, List<VmOverview> vms, int page) {
        return switch (key.kind()) {
            case UP -> moved(vms, -1);
            case DOWN -> moved(vms, 1);
            case PAGE_UP -> moved(vms, -page);
            case PAGE_DOWN -> moved(vms, page);
            case HOME -> moved(vms, -vms.size());
            case END -> moved(vms, vms.size());
            case ENTER -> typing(false);
            case ESCAPE -> new TopSelection(selected, "", false, isClosed);
            case BACKSPACE ->
                    isTyping && !search.isEmpty()
                            ? searching(
                                    search.substring(
                                            0, search.offsetByCodePoints(search.length(), -1)))
                            : this;
            case CHARACTER -> isTyping ? typed(key) : command(key, vms);
        };
    }

    private TopSelection typed(TerminalKey key) {
        return search.length() < MAX_SEARCH_LENGTH
                ? searching(search + Character.toString(key.character()))
                : this;
    }

    private TopSelection command(TerminalKey key, List<VmOverview> vms) {
        if (key.is('q')) return new TopSelection(selected, search, false, true);
        if (key.is('/')) return typing(true);
        if (key.is('k')) return moved(vms, -1);
        return key.is('j') ? moved(vms, 1) : this;
    }

    private TopSelection moved(List<VmOverview> vms, int by) {
        List<VmOverview> shown = shown(vms);
        if (shown.isEmpty()) return this;
        int index = Math.clamp((long) index(shown) + by, 0, shown.size() - 1);
        return new TopSelection(Optional.of(shown.get(index).name()), search, isTyping, isClosed);
    }

    private TopSelection typing(boolean newTyping) {
        return new TopSelection(selected, search, newTyping, isClosed);
    }

    private TopSelection searching(String newSearch) {
        return new TopSelection(selected, newSearch, isTyping, isClosed);
    }
}
