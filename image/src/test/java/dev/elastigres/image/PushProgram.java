package dev.elastigres.image;

/// Runs the image tool as a program.
final class PushProgram {
    private PushProgram() {}

    public static void main(String[] args) {
        System.exit(new ImageTool().run(System.out, System.err, args));
    }
}
