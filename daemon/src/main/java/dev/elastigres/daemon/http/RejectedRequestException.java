package dev.elastigres.daemon.http;

/// A request is answered with an error before a handler is called.
final class RejectedRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Response response;

    RejectedRequestException(int status, String why) {
        this(Response.text(status, why));
    }

    RejectedRequestException(Response response) {
        super(response.body(), null, false, false);
        this.response = response;
    }

    Response response() {
        return response;
    }
}
