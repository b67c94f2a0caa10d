package dev.elastigres.daemon.log;

import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;

/// The log settings of all daemons.
public final class LogSettings {
    public static final Setting<LogFormat> FORMAT =
            Setting.of(
                            "log-format",
                            SettingType.oneOf(LogFormat.class),
                            "Log format: text for people, json for machines")
                    .or("auto");
    public static final Setting<LogLevel> LEVEL =
            Setting.of(
                            "log-level",
                            SettingType.oneOf(LogLevel.class),
                            "Minimum level of logged lines")
                    .or("info");

    private LogSettings() {}
}
