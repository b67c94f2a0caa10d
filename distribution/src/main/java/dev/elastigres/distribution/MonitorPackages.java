package dev.elastigres.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Packs the monitor of this application with the runtime of this JDK.
///
/// @param cache where what can be made again is kept
/// @param time of every file that is packed
public record MonitorPackages(Path cache, Instant time) {
    /// That of the entries of the build's jars.
    private static final Instant BUILD = Instant.parse("2026-01-01T00:00:00Z");

    private static final int HELP_TIMEOUT_SECONDS = 20;

    /// @param environment may name the time: `SOURCE_DATE_EPOCH`, in seconds since 1970
    public static MonitorPackages from(Path cache, Map<String, String> environment)
            throws PackException {
        String seconds = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
        try {
            return new MonitorPackages(
                    cache,
                    seconds.isEmpty() ? BUILD : Instant.ofEpochSecond(Long.parseLong(seconds)));
        } catch (NumberFormatException | DateTimeException _) {
            throw new PackException.Refused(
                    "SOURCE_DATE_EPOCH is no number of seconds: " + seconds);
        }
    }

    /// The monitor ready to run; made within half a minute unless it is there.
    public Payload payload() throws PackException, InterruptedException {
        return payload(MonitorBundle.ofThisApplication());
    }

    private Payload payload(MonitorBundle bundle) throws PackException, InterruptedException {
        return Payload.make(
                Payload.PayloadKind.MONITOR,
                bundle.jars(),
                bundle.runtime(cache),
                cache,
                time,
                new MonitorTrainingRun(false));
    }

    /// @return the files, written into `folder`
    List<Path> write(Path folder) throws PackException, InterruptedException {
        var bundle = MonitorBundle.ofThisApplication();
        MonitorPackage monitor = pack(bundle);
        try {
            String sbom =
                    Sbom.of(bundle, MonitorPackage.NAME, monitor.version(), monitor.architecture());
            return monitor.write(folder, sbom);
        } catch (IOException e) {
            throw new PackException.Failed("cannot write the packages to " + folder, e);
        }
    }

    /// The Debian package, in the cache: made unless it is there.
    public Path debian() throws PackException, InterruptedException {
        MonitorPackage monitor = pack(MonitorBundle.ofThisApplication());
        try {
            return monitor.keptIn(cache);
        } catch (IOException e) {
            throw new PackException.Failed("cannot write the package to " + cache, e);
        }
    }

    private MonitorPackage pack(MonitorBundle bundle) throws PackException, InterruptedException {
        String architecture = architecture(System.getProperty("os.arch"));
        Payload payload = payload(bundle);
        String version = bundle.version();
        try {
            String manual = ManPage.from(help(payload), version);
            return new MonitorPackage(payload, version, architecture, manual, time);
        } catch (IOException e) {
            throw new PackException.Failed("the packed monitor does not run", e);
        }
    }

    /// Debian's name for what Java calls `name`.
    static String architecture(String name) throws PackException {
        return switch (name) {
            case "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> throw new PackException.Refused("no packages are made for " + name);
        };
    }

    private static String help(Payload payload)
            throws IOException, PackException, InterruptedException {
        var command = new ArrayList<>(payload.command());
        command.add("--help");
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Payload.ENVIRONMENT);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(HELP_TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0)
            throw new PackException.Failed("the packed monitor does not run: " + text.strip());
        return text;
    }
}
