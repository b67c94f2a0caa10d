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
                    .advice(
                            "With auto, it is text on a terminal and json otherwise."
                                    + " Choose text for a log that people read, json for one that"
                                    + " a program collects.")
                    .or("auto");
    public static final Setting<LogLevel> LEVEL =
            Setting.of(
                            "log-level",
                            SettingType.oneOf(LogLevel.class),
                            "Minimum level of logged lines")
                    .advice(
                            "Level info has each decision that changes something. Level"
                                    + " debug adds messages and samples, which can be many lines"
                                    + " a second; warn has only what needs attention.")
                    .or("info");

    private LogSettings() {}
}
