package dev.elastigres.cli.recommend;

import java.io.IOException;

/// A metrics page that cannot be read. The message names it and says why.
final class PageException extends Exception {
    private static final long serialVersionUID = 1;

    PageException(String message) {
        super(message);
    }

    PageException(String message, IOException cause) {
        super(message, cause);
    }
}
