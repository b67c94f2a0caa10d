package dev.elastigres.daemon.settings;

import java.util.List;
import java.util.regex.Pattern;

/// The setting of allowed host names in requests.
public final class HostNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*)");

    public static final Setting<List<String>> SETTING =
            Setting.of(
                            "allowed-hosts",
                            SettingType.texts(
                                    "NAMES",
                                    it -> NAME.matcher(it).matches(),
                                    "give host names without ports, like db1.example.com"),
                            "Allowed host names in requests, besides addresses and" + " localhost")
                    .advice(
                            "Needed behind a proxy on this machine that passes on the"
                                    + " client's Host: its requests get 403 otherwise. With a"
                                    + " list, other names are rejected on every address, which"
                                    + " also stops DNS rebinding there.");

    private HostNames() {}
}
