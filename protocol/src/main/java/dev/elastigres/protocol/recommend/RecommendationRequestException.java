package dev.elastigres.protocol.recommend;

/// A line that is no question. The message says what is wrong with it.
public final class RecommendationRequestException extends Exception {
    private static final long serialVersionUID = 1;

    RecommendationRequestException(String message) {
        super(message);
    }
}
