package dev.elastigres.vm.state;

import java.nio.file.Path;
import java.util.Map;

/// The folders of the program, according to the XDG base directory specification.
///
/// @param state the VMs: their disks, logs and sockets
/// @param data built images, on which the VMs' disks are based
/// @param cache files that can be recreated: downloaded packages, and test results about this
///     machine
public record XdgFolders(Path state, Path data, Path cache) {

    public static XdgFolders from(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new XdgFolders(
                folder(environment, "XDG_STATE_HOME", home.resolve(".local/state")),
                folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")),
                folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")));
    }

    /// Relative paths are ignored, as the specification requires.
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
