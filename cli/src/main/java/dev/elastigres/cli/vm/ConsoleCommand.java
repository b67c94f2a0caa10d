package dev.elastigres.cli.vm;

import dev.elastigres.host.terminal.RawTerminal;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "console",
        description = "Connect to the guest's serial console, a root shell; Ctrl-] disconnects.",
        mixinStandardHelpOptions = true,
        footer = "elastigres vm console db1")
final class ConsoleCommand extends VmTask {
    /// Ctrl-].
    private static final byte LEAVE = 0x1d;

    private static final int CHUNK = 8192;

    @Parameters(paramLabel = "NAME")
    String name = "";

    @Override
    int run(VmManager machines) throws VmException, InterruptedException {
        Path socket = machines.running(name).sockets().console();
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            if (!RawTerminal.isAvailable()) {
                talk(channel);
                return 0;
            }
            say("connected; Ctrl-] disconnects");
            try (var _ = VmTask.rawTerminal()) {
                talk(channel);
            }
            System.out.println();
            return 0;
        } catch (IOException e) {
            throw new VmException.Failed("cannot connect to the console of " + name, e);
        }
    }

    /// Connects the terminal to the console until the VM ends or the input ends.
    private static void talk(SocketChannel channel) throws IOException, InterruptedException {
        Thread reader = Thread.ofPlatform().daemon().start(() -> show(channel));
        InputStream keys = System.in;
        byte[] chunk = new byte[CHUNK];
        while (reader.isAlive()) {
            int count = keys.read(chunk);
            if (count < 0) return;
            int end = 0;
            while (end < count && chunk[end] != LEAVE) end++;
            var bytes = ByteBuffer.wrap(chunk, 0, end);
            while (bytes.hasRemaining()) channel.write(bytes);
            if (end < count) return;
        }
    }

    private static void show(SocketChannel channel) {
        var bytes = ByteBuffer.allocate(CHUNK);
        try {
            while (channel.read(bytes) >= 0) {
                System.out.write(bytes.array(), 0, bytes.position());
                System.out.flush();
                bytes.clear();
            }
        } catch (IOException _) {
            // The console was closed by either side.
        }
    }
}
