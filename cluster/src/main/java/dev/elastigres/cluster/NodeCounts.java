package dev.elastigres.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many nodes of each kind a cluster has.
///
/// @param host nodes on this machine
/// @param vm nodes in VMs
record NodeCounts(int host, int vm) {
    private static final int MAX_VMS = 9;
    private static final Pattern PART = Pattern.compile("(host|vm):([1-9])");

    /// Reads a text such as `host:2,vm:1`.
    ///
    /// @throws IllegalArgumentException with a message for the user
    static NodeCounts parse(String text) {
        int host = 0;
        int vm = 0;
        for (String part : text.split(",", -1)) {
            Matcher match = PART.matcher(part);
            if (!match.matches())
                throw new IllegalArgumentException(
                        "must be host:N, vm:N or both with a comma, N from 1 to 9: " + text);
            int count = Integer.parseInt(match.group(2));
            boolean isHost = match.group(1).equals("host");
            if ((isHost ? host : vm) > 0)
                throw new IllegalArgumentException(
                        "%s is given twice: %s".formatted(match.group(1), text));
            if (isHost) host = count;
            else vm = count;
        }
        return new NodeCounts(host, vm);
    }

    NodeCounts {
        if (host < 0 || host > HostNetwork.MAX || vm < 0 || vm > MAX_VMS || host + vm == 0)
            throw new IllegalArgumentException("%d and %d nodes".formatted(host, vm));
    }

    /// Returns the names of all nodes, those on this machine first.
    List<String> names() {
        var names = new ArrayList<String>();
        for (int i = 1; i <= host + vm; i++) names.add("node-" + i);
        return List.copyOf(names);
    }
}
