package dev.elastigres.image;

import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.spi.ToolProvider;

/// `elastigres-image`: makes an image from folders, as a file or in a registry.
///
/// Exit codes: 0 success, 1 failure, 2 invalid usage. Each failure is reported in one line.
public final class ImageTool implements ToolProvider {
    @Override
    public String name() {
        return "elastigres-image";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... args) {
        ImageRequest request;
        try {
            request = ImageRequest.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
        try {
            out.println(new ImageWriter(request).write());
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            err.println("interrupted");
            return 1;
        } catch (IOException | ExecutionException | ImageException e) {
            err.println(reason(e));
            return 1;
        }
    }

    /// Returns the messages of the causes, outermost first. They include a registry's answer, but
    /// no credentials.
    private static String reason(Throwable failure) {
        var text = new StringBuilder();
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 10; each = each.getCause()) {
            depth++;
            if (each instanceof ExecutionException && each.getCause() != null) continue;
            String message = each.getMessage();
            if (each instanceof RegistryUnauthorizedException denied)
                message = "%s denies access".formatted(denied.getImageReference());
            if (message == null) message = each.getClass().getSimpleName();
            String line = message.lines().findFirst().orElse("");
            if (text.indexOf(line) >= 0) continue;
            if (!text.isEmpty()) text.append(": ");
            text.append(line);
        }
        return text.toString();
    }
}
