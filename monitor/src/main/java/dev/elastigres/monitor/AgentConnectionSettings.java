package dev.elastigres.monitor;

import dev.elastigres.core.monitor.UpscaleBackoffRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;

/// The settings of requests to agents and of limits on their connections.
final class AgentConnectionSettings {
    /// With pods: a session for each of 1,024 containers, and as many replaced sessions.
    private static final int PODS_SESSIONS = 2048;

    /// With pods: a restarted agent connects for all containers at once.
    private static final int PODS_PENDING_CONNECTIONS = 1024;

    private static final Setting<Duration> UPSCALE_INTERVAL =
            Setting.of(
                            "upscale-interval",
                            SettingType.duration(),
                            "Minimum interval between two upscale requests")
                    .advice(
                            "A shortage that lasts is reported again after this time,"
                                    + " then after twice as long, up to upscale-backoff-max."
                                    + " Shorter repeats requests before memory can have arrived.")
                    .or("1s");
    private static final Setting<Duration> UPSCALE_BACKOFF_MAX =
            Setting.of(
                            "upscale-backoff-max",
                            SettingType.duration(),
                            "Maximum backoff between upscale requests that are not granted")
                    .advice(
                            "Keep it below the time for which a request is in force at"
                                    + " the agent (its urgent-duration, 10s by default): a longer"
                                    + " one lets the request expire during the shortage.")
                    .or("8s");
    private static final Setting<Duration> ANSWER_TIMEOUT =
            Setting.of(
                            "answer-timeout",
                            SettingType.duration(),
                            "Timeout of an answer to the agent that waits for Postgres"
                                    + " to apply a size")
                    .advice(
                            "Keep it below the agent's monitor-timeout, 5s by default."
                                    + " After it, an upscale is confirmed without the cache, and"
                                    + " a downscale is refused if the cache holds memory.")
                    .or("3s");
    private static final Setting<Duration> HANDSHAKE_TIMEOUT =
            Setting.of(
                            "handshake-timeout",
                            SettingType.duration(),
                            "Timeout of a connection from its start until its WebSocket"
                                    + " is accepted or its page is answered")
                    .advice(
                            "Longer lets slow or idle connections occupy places up to"
                                    + " max-pending-connections; shorter than a round trip with"
                                    + " TLS rejects agents on slow networks.")
                    .or("4s");
    private static final Setting<Bytes> MAX_MESSAGE_SIZE =
            Setting.of(
                            "max-message-size",
                            SettingType.bytes(Bytes.ofKibibytes(1), Bytes.ofMebibytes(16)),
                            "Maximum size of a message from an agent")
                    .advice(
                            "Messages of agents have some hundred bytes, so the default"
                                    + " is ample. A longer message ends the session; each session"
                                    + " may hold that much memory while it receives one.")
                    .or("64KiB");
    private static final Setting<Integer> MAX_PENDING_CONNECTIONS =
            Setting.of(
                            "max-pending-connections",
                            SettingType.integer(1, 10_000),
                            "Maximum number of connections before their handshake, and"
                                    + " of requests in progress; the oldest is closed first")
                    .advice(
                            "It bounds memory and threads that unauthenticated peers"
                                    + " can take. Too small closes agents and probes that connect"
                                    + " at the same time; with pods the default is 1024, so that"
                                    + " a restarted agent can connect for all containers at once.")
                    .or("16");
    private static final Setting<Integer> MAX_SESSIONS =
            Setting.of(
                            "max-sessions",
                            SettingType.integer(1, 10_000),
                            "Maximum number of sessions, including replaced ones, which"
                                    + " are closed first")
                    .advice(
                            "An agent needs one session; replaced ones remain for about"
                                    + " a second. With pods the default is 2048: one for each of"
                                    + " 1024 containers, and as many replaced ones.")
                    .or("64");

    private AgentConnectionSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                        "Agents",
                        UPSCALE_INTERVAL,
                        UPSCALE_BACKOFF_MAX,
                        ANSWER_TIMEOUT,
                        HANDSHAKE_TIMEOUT,
                        MAX_MESSAGE_SIZE,
                        MAX_PENDING_CONNECTIONS,
                        MAX_SESSIONS)
                .rule(
                        AgentConnectionSettings::upscaleBackoff,
                        UPSCALE_INTERVAL,
                        UPSCALE_BACKOFF_MAX)
                .rule(
                        AgentConnectionSettings::limits,
                        MAX_SESSIONS,
                        MAX_PENDING_CONNECTIONS,
                        HANDSHAKE_TIMEOUT,
                        MAX_MESSAGE_SIZE);
    }

    static UpscaleBackoffRules upscaleBackoff(Settings settings) {
        return new UpscaleBackoffRules(
                settings.get(UPSCALE_INTERVAL), settings.get(UPSCALE_BACKOFF_MAX));
    }

    /// The timeout of an answer that waits for Postgres.
    static Duration answerTimeout(Settings settings) {
        return settings.get(ANSWER_TIMEOUT);
    }

    static ServerLimits limits(Settings settings) {
        ServerLimits common = ServerLimits.DEFAULT;
        return new ServerLimits(
                common.headSize(),
                common.headers(),
                (int) settings.get(MAX_MESSAGE_SIZE).value(),
                PodsSettings.valueOf(settings, MAX_SESSIONS, PODS_SESSIONS),
                PodsSettings.valueOf(settings, MAX_PENDING_CONNECTIONS, PODS_PENDING_CONNECTIONS),
                settings.get(HANDSHAKE_TIMEOUT),
                common.outbox(),
                common.pingAfter(),
                common.silenceTimeout(),
                common.closeWait(),
                common.writeWait());
    }
}
