package dev.elastigres.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Commands that run code of this application in another process, on the same JDK.
public final class JavaCommand {
    private JavaCommand() {}

    /// Returns a command that runs `main` of `module`. Without a module path, as in tests, it uses
    /// the class path.
    ///
    /// @param options of the JVM
    public static List<String> command(List<String> options, String module, String main) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        String modules = modules();
        if (modules != null) command.addAll(List.of("-p", modules, "-m", module + "/" + main));
        else command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        return command;
    }

    /// Returns the JVM option that lets `module` call native code.
    static String nativeAccess(String module) {
        return "--enable-native-access=" + (modules() == null ? "ALL-UNNAMED" : module);
    }

    private static @Nullable String modules() {
        return System.getProperty("jdk.module.path");
    }
}
