package dev.elastigres.daemon.log;

import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;

/// What every daemon can be told of its log.
public final class LogSettings {
    public static final Setting<LogFormat> FORMAT =
            Setting.of(
                            "log-format",
                            SettingType.oneOf(LogFormat.class),
                            "Lines for people or machines")
                    .or("auto");
    public static final Setting<LogLevel> LEVEL =
            Setting.of(
                            "log-level",
                            SettingType.oneOf(LogLevel.class),
                            "What matters less is not logged")
                    .or("info");

    private LogSettings() {}
}
