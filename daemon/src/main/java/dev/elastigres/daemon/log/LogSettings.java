package dev.elastigres.daemon.log;

import dev.elastigres.daemon.settings.Kind;
import dev.elastigres.daemon.settings.Setting;

/// What every daemon can be told of its log.
public final class LogSettings {
    public static final Setting<LogFormat> FORMAT =
            Setting.of("log-format", Kind.oneOf(LogFormat.class), "Lines for people or machines")
                    .or("auto");
    public static final Setting<Level> LEVEL =
            Setting.of("log-level", Kind.oneOf(Level.class), "What matters less is not logged")
                    .or("info");

    private LogSettings() {}
}
