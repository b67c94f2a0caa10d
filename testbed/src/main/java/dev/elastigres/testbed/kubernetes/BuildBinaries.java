package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;

/// Builds the binaries and prints their folder, for the launcher. The exit code is 2 if something
/// must be installed first, and 1 if the build fails.
public final class BuildBinaries {
    private BuildBinaries() {}

    public static void main(String[] arguments) {
        System.exit(run());
    }

    private static int run() {
        try {
            System.out.println(
                    KubernetesBinaries.findOrBuild(line -> print("kubernetes: " + line)).folder());
            return 0;
        } catch (ToolchainException e) {
            print("elastigres: " + e.getMessage());
            return 2;
        } catch (TestbedException e) {
            print(
                    "elastigres: "
                            + e.getMessage()
                            + (e.getCause() == null ? "" : ": " + e.getCause()));
            return 1;
        }
    }

    private static void print(String line) {
        System.err.println(line);
    }
}
