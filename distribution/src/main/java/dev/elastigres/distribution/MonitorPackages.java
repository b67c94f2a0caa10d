package dev.elastigres.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Packs the monitor of this application with a Java runtime of the running JDK.
///
/// @param cache folder of files that can be made again
/// @param time modification time of every packed file
public record MonitorPackages(Path cache, Instant time) {
    /// The time that the build gives to the entries of its jars.
    private static final Instant BUILD = Instant.parse("2026-01-01T00:00:00Z");

    /// @param environment `SOURCE_DATE_EPOCH`, if set, is the time, in seconds since 1970
    public static MonitorPackages from(Path cache, Map<String, String> environment)
            throws PackException {
        String seconds = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
        try {
            return new MonitorPackages(
                    cache,
                    seconds.isEmpty() ? BUILD : Instant.ofEpochSecond(Long.parseLong(seconds)));
        } catch (NumberFormatException | DateTimeException _) {
            throw new PackException.Refused(
                    "SOURCE_DATE_EPOCH is not a number of seconds: " + seconds);
        }
    }

    /// Returns the monitor ready to run. A payload that is not cached is made, within half a
    /// minute.
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

    /// Writes the packages into `folder`.
    ///
    /// @return the written files
    List<Path> write(Path folder) throws PackException, InterruptedException {
        var bundle = MonitorBundle.ofThisApplication();
        MonitorPackage monitor = pack(bundle);
        try {
            String sbom =
                    Sbom.of(
                            bundle.jars(),
                            bundle.platform(),
                            MonitorPackage.NAME,
                            monitor.version(),
                            monitor.architecture());
            return monitor.write(folder, sbom);
        } catch (IOException e) {
            throw new PackException.Failed("cannot write the packages to " + folder, e);
        }
    }

    /// Returns the Debian package in the cache, and makes it if it does not exist.
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

    /// Returns Debian's name of the architecture that Java calls `name`.
    static String architecture(String name) throws PackException {
        return switch (name) {
            case "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> throw new PackException.Refused("unsupported architecture: " + name);
        };
    }

    private static String help(Payload payload)
            throws IOException, PackException, InterruptedException {
        return payload.output(List.of("--help"));
    }
}
