package dev.elastigres.distribution;

import dev.elastigres.distribution.JarBundle.DependencyList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Packs the `elastigres` command of this application with a Java runtime of the running JDK.
///
/// @param monitor makes the monitor's package, which is part of this one
record HostPackages(MonitorPackages monitor) {

    /// Writes the packages into `folder`.
    ///
    /// @return the written files
    List<Path> write(Path folder) throws PackException, InterruptedException {
        var jars = JarBundle.ofThisApplication(DependencyList.COMMAND);
        Payload program = payload(jars);
        String version = NodeImage.version();
        String architecture = MonitorPackages.architecture(System.getProperty("os.arch"));
        var host =
                new HostPackage(
                        program,
                        version,
                        architecture,
                        CommandTexts.of(program, version),
                        monitor.debian(),
                        monitor.time());
        try {
            String sbom =
                    Sbom.of(jars.jars(), jars.platform(), HostPackage.NAME, version, architecture);
            return host.write(folder, sbom);
        } catch (IOException e) {
            throw new PackException.Failed("cannot write the packages to " + folder, e);
        }
    }

    /// Returns the command ready to run. A payload that is not cached is made, within a minute.
    Payload payload() throws PackException, InterruptedException {
        return payload(JarBundle.ofThisApplication(DependencyList.COMMAND));
    }

    private Payload payload(JarBundle jars) throws PackException, InterruptedException {
        return Payload.make(
                Payload.PayloadKind.COMMAND,
                jars.jars(),
                jars.runtime(monitor.cache()),
                monitor.cache(),
                monitor.time(),
                new CommandTrainingRun());
    }
}
