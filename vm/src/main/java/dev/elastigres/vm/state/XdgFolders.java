package dev.elastigres.vm.state;

import java.nio.file.Path;
import java.util.Map;

/// Where things are kept, after the XDG base directory rules.
/// @param state the VMs: their disks, logs and sockets
/// @param data built images, which the VMs' disks stand on
/// @param cache what can be had again: downloaded packages, what was found out about this machine
public record XdgFolders(Path state, Path data, Path cache) {

    public static XdgFolders from(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new XdgFolders(
                folder(environment, "XDG_STATE_HOME", home.resolve(".local/state")),
                folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")),
                folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")));
    }

    /// Relative paths are to be ignored, say the rules.
    private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        return (value.startsWith("/") ? Path.of(value) : otherwise).resolve("elastigres");
    }

    public Path vms() {
        return state.resolve("vms");
    }

    public Path images() {
        return data.resolve("images");
    }
}
