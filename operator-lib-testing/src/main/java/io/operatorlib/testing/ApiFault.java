package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** Something that can be wrong between a program and the API server, for as long as it lasts. */
public sealed interface ApiFault {

    /** The API server answers these requests with an error, and does nothing. */
    record Refuse(Predicate<ApiRequest> which, int code, String reason, String message, Duration retryAfter)
            implements ApiFault {
        public Refuse(Predicate<ApiRequest> which, int code, String reason, Duration retryAfter) {
            this(which, code, reason, "injected by the simulation", retryAfter);
        }

        /** A conflict on every mutating request. */
        public static Refuse conflicts() {
            return new Refuse(request -> request.method().mutating(), 409, "Conflict", Duration.ZERO);
        }

        /** The server asks everybody to slow down. */
        public static Refuse tooManyRequests(Duration retryAfter) {
            return new Refuse(request -> true, 429, "TooManyRequests", retryAfter);
        }

        /** The server says of each version and each place in a list that it has forgotten it. */
        public static Refuse expired() {
            return new Refuse(
                    request -> request.query().containsKey("resourceVersion")
                            || request.query().containsKey("continue"),
                    410,
                    "Expired",
                    Duration.ZERO);
        }

        /** The server is not ready for writes. */
        public static Refuse writes() {
            return new Refuse(request -> request.method().mutating(), 503, "ServiceUnavailable", Duration.ZERO);
        }

        /** The server fails. */
        public static Refuse internalErrors() {
            return new Refuse(request -> true, 500, "InternalError", Duration.ZERO);
        }

        /** What the server answers. */
        public ApiResponse response() {
            var plain = status(code, reason, message);
            return retryAfter.isZero()
                    ? plain
                    : new ApiResponse(
                            code,
                            Map.of("content-type", "application/json", "retry-after", retryAfter.toSeconds() + ""),
                            plain.body());
        }

        static ApiResponse status(int code, String reason, String message) {
            return ApiResponse.of(
                    code,
                    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
                            + message + "\",\"reason\":\"" + reason + "\",\"code\":" + code + "}");
        }

        @Override
        public String toString() {
            return "Refuse[" + code + " " + reason + "]";
        }
    }

    /** Each request reaches the server that much later, or not at all where its deadline is shorter. */
    record Delay(Duration time) implements ApiFault {}

    /** Each reply comes that much later, or not at all where the request's deadline is shorter; it has taken effect. */
    record SlowReplies(Duration time) implements ApiFault {}

    /** Open watches end, and new ones end at once. */
    record CutWatches() implements ApiFault {}

    /** Open watches stay open, and nothing comes through them. */
    record FreezeWatches() implements ApiFault {}

    /** Open watches stay open, and nothing comes through them; when it is over, their places are forgotten. */
    record SkipEvents() implements ApiFault {}

    /**
     * The API server lags: reads that allow any state get that of an old revision, and watches that go on from there stay
     * there.
     */
    record OldView(long revision) implements ApiFault {}

    /** What comes through a watch comes that much later. */
    record LagWatches(Duration time) implements ApiFault {}

    /** These requests reach the server, and their replies are lost. */
    record LoseReplies(Predicate<ApiRequest> which) implements ApiFault {
        /** The replies to all that may change something. */
        public static LoseReplies ofWrites() {
            return new LoseReplies(request -> request.method().mutating());
        }

        @Override
        public String toString() {
            return "LoseReplies";
        }
    }

    /**
     * A gateway, or the server itself, answers these requests with 504 in the end; they have reached the server and have
     * taken effect.
     */
    record GatewayTimeouts(Predicate<ApiRequest> which) implements ApiFault {
        static ApiResponse response() {
            return Refuse.status(504, "Timeout", "request did not complete within requested timeout");
        }

        @Override
        public String toString() {
            return "GatewayTimeouts";
        }
    }

    /** Nobody listens at the server's address: requests fail at once, watches end. */
    record Down() implements ApiFault {}

    /** Nothing gets through: requests run into their time-out, watches end. */
    record Partition() implements ApiFault {
        /** When a client gives a connection up: a middling connect time-out. */
        static final Duration NOTICED_AFTER = Duration.ofSeconds(10);
    }
}
