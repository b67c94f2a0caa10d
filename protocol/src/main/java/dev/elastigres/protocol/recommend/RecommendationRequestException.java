package dev.elastigres.protocol.recommend;

/// Thrown for an invalid request line. The message states the error.
public final class RecommendationRequestException extends Exception {
    private static final long serialVersionUID = 1;

    RecommendationRequestException(String message) {
        super(message);
    }
}
