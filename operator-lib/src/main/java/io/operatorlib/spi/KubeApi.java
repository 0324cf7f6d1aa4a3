package io.operatorlib.spi;

/**
 * The door to Kubernetes: requests of the Kubernetes API as values, with their replies.
 *
 * <p>Implementations are safe for use by many threads. No caller holds a lock while it calls one of these methods:
 * in a simulation every call is a point at which other actors take their turn.
 */
public interface KubeApi {
    /**
     * Sends one request and waits for its reply, whatever its status code is.
     *
     * @throws NoReplyException if no reply came: the request may or may not have taken effect
     */
    ApiResponse send(ApiRequest request);

    /**
     * Opens a watch. The request's query holds {@code watch=true} and where to begin.
     *
     * @return the stream; a refusal is the stream's {@link ApiWatch#status()}, not an exception
     * @throws NoReplyException if no reply came
     */
    ApiWatch watch(ApiRequest request);

    /** Thrown when a request got no reply: its effect is unknown until it is observed. */
    final class NoReplyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NoReplyException(String message) {
            super(message);
        }

        public NoReplyException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
