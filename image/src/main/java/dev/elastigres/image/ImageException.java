package dev.elastigres.image;

/// An image was not made. The message is a single clause, written for users.
final class ImageException extends Exception {
    private static final long serialVersionUID = 1;

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
